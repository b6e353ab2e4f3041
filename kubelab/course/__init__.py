"""What makes a notebook a lesson: predictions and exercises, both answered by the simulation and by nothing else.

    from kubelab import Cluster
    from kubelab.course import exercise, predict

    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27")
    cluster.run()
    question = predict(cluster, '''
    You ask for five. How many ReplicaSets will there be?

    do: apply
        deployment web x5 nginx:1.27

    ____ ReplicaSets
        count replicasets
    ''')
    print(question.answer("1"))

In a notebook the same texts are cells: ``%%predict`` and ``%%exercise``. How they are written is told in
`kubelab.course.prediction` and `kubelab.course.exercise`, what may be a condition in `kubelab.course.claims`.
"""

from kubelab.course.exercise import Exercise, Report, Unsolved, exercise
from kubelab.course.prediction import Answered, Prediction, predict

__all__ = ["Answered", "Exercise", "Prediction", "Report", "Unsolved", "exercise", "predict"]
