"""What each word of the language means, in a line, with an example: for completion, Shift-Tab and the reference.

The words themselves come from the grammar; a test holds this table against it, so that none can be missing.
"""

from functools import cache

import attrs

from kubelab.dsl import parser


@attrs.frozen
class Entry:
    """What there is to say about one word of the language.

    Attributes:
        word: the word.
        meaning: what it means, in a line.
        example: a piece of a program in which it stands.
    """

    word: str
    meaning: str
    example: str


ABBREVIATIONS = {
    "cj": "cronjob",
    "cm": "configmap",
    "deploy": "deployment",
    "ds": "daemonset",
    "ing": "ingress",
    "ns": "namespace",
    "persistentvolumeclaim": "pvc",
    "po": "pod",
    "rc": "replicationcontroller",
    "rs": "replicaset",
    "sts": "statefulset",
    "svc": "service",
}
"""Words that are other words made short (or long): understood, but not offered."""

# word | meaning | example
_TABLE = """
cluster | the machines and what is there besides them; holds from the start | cluster { node worker-[1..3] cpu 4 }
node | a machine | node worker-[1..3] cpu 4 memory 8Gi zone a
cloud | the machines are in a cloud: load balancers, volumes, machines that can be terminated | cluster { cloud }
registry | a registry with a login; of a Secret: that login | cluster { registry reg.example.com user u password p }
password | with which password | secret regcred registry reg.example.com user u password p
encrypt | how objects of a kind lie in etcd | cluster { encrypt secrets }
cpu | processor: 1 is a core, 250m a quarter of one | node worker-1 cpu 4
memory | memory: 128Mi, 8Gi | request memory 128Mi
pods | how many Pods a machine takes | node worker-1 pods 110
ephemeral-storage | local disk space | node worker-1 ephemeral-storage 100Gi
capacity | what else a machine has | node gpu-1 capacity nvidia.com/gpu 2
zone | the zone of a machine, as a label | node worker-1 zone a
taint | keeps away the Pods that do not tolerate it | node gpu-1 taint gpu=true:NoSchedule
cordoned | takes no new Pods | node worker-1 cordoned
namespace | makes a namespace and fills it | namespace shop { deployment web nginx }
in | fills a namespace that is there; in an expectation: only there | in shop { service web -> deployment web port 80 }
pod | one Pod by itself; before label and annotation: of the Pods that are made | pod lone busybox
deployment | Pods that are alike, replaced step by step when the template changes | deployment web x3 nginx:1.27
replicaset | so many Pods that match a selector | replicaset cache x2 where app in (redis, valkey) redis:7
replicationcontroller | the older ReplicaSet: only equality in its selector | replicationcontroller old x2 httpd:2.4
statefulset | Pods with names and volumes of their own, in order | statefulset db x3 service db postgres:16
daemonset | one Pod on every machine | daemonset logs example.com/log:1
job | Pods that run to their end | job once busybox
cronjob | a Job again and again | cronjob nightly schedule "0 3 * * *" example.com/backup:1
schedule | when a CronJob runs, in cron's notation | cronjob nightly schedule "0 3 * * *" example.com/backup:1
strategy | how Pods are replaced | strategy RollingUpdate surge 1 unavailable 25%
surge | how many Pods there may be too many meanwhile | strategy RollingUpdate surge 1
unavailable | how many Pods may be missing meanwhile | strategy RollingUpdate unavailable 25%
where | a selector by sets | replicaset cache where app in (redis, valkey), !legacy redis:7
notin | in a selector: none of these values | where tier notin (test, old)
claim | a volume of its own for each Pod of a StatefulSet | claim data 10Gi at /var/lib/data
class | which class of Ingress or storage | ingress shop class nginx
at | where the container sees a volume; in quantities: at least, at most | mount config settings at /etc/app
restart | when a container that has ended is started again | restart OnFailure
serviceAccount | as whom the Pod speaks to the API server | serviceAccount king
imagePullSecrets | the Secrets with the logins for the registries of its images | imagePullSecrets regcred
nodeName | the machine, chosen by hand and past the scheduler | nodeName worker-1
nodeSelector | labels that the machine must carry | nodeSelector disk=ssd
tolerate | taints that do not keep the Pod away | tolerate gpu=true:NoSchedule
volume | a volume of the Pod, for several containers to mount | volume data pvc files
container | another container of the Pod | container log example.com/log:1
init | a container that must end before the others start | init migrate example.com/migrate:2
sidecar | an init container that goes on running beside the others | sidecar proxy envoy:1
command | what is run in place of the image's own command | command sh -c "echo hi"
args | arguments for the command | args --port 80
port | what a container listens on; of a Service: where it is reached | port http 80
host | a port of the machine itself; of a probe: whom it asks | port 80 host 8080
request | what the scheduler keeps free for the container | request cpu 250m, memory 128Mi
limit | what the container may use at most | limit memory 256Mi
env | the environment of the process | env MODE=fast, PASSWORD from secret db.password
from | where a value comes from | env PASSWORD from secret db.password
secret | a small amount of data that is nobody else's business | secret db: basic-auth username=admin password=s3cret
config | a ConfigMap: configuration as keys and values | config settings LOG_LEVEL=debug
configmap | configuration as keys and values | configmap settings LOG_LEVEL=debug
field | a value from the Pod's own fields | env NODE from field spec.nodeName
resource | a value from the container's requests and limits | env CPUS from resource limits.cpu
of | of which container | env CPUS from resource limits.cpu of web
divisor | in which unit | env MEM from resource limits.memory divisor 1Mi
prefix | what comes before the names | env from secret db prefix DB_
key | a key with a dot in its name | env A from config settings key app.ini
optional | the Pod starts also where it is missing | env A from secret db.password optional
mount | what the container sees as files | mount secret web-tls at /etc/tls
as | the name of a volume that is made on the way | mount secret web-tls as tls at /etc/tls
readonly | the container cannot write there | mount pvc files at /srv readonly
subpath | only a part of the volume | mount pvc files at /srv subpath web
pvc | a PersistentVolumeClaim: a wish for storage | pvc files 20Gi RWX class fast
emptydir | an empty folder that lives as long as the Pod | mount emptydir cache at /cache
hostpath | a folder of the machine | mount hostpath /var/log at /logs
medium | where an emptydir is kept | mount emptydir cache medium Memory at /cache
size | how large an emptydir may grow | mount emptydir cache size 1Gi at /cache
type | what a hostpath must be | mount hostpath /var/log type Directory at /logs
ready | when the container may be sent requests | ready http /healthz
live | when the container is to be started again | live tcp 8080 every 10s failures 3
startup | when the container has started, before the other probes ask | startup http /healthz failures 30
http | asks by HTTP | ready http /healthz on 8080
https | asks by HTTPS | ready https /healthz
tcp | asks whether the port takes connections | live tcp 8080
grpc | asks by gRPC's health protocol | live grpc 9000
exec | asks by a command in the container | ready exec cat /tmp/ready
on | at which port; in an expectation: on which machine | ready http / on 8080
every | how often | ready http / every 5s
timeout | how long an answer may take | ready http / timeout 1s
delay | how long after the start | ready http / delay 10s
failures | how many failures in a row count | live http / failures 3
successes | how many successes in a row count | ready http / successes 2
grace | how long a container that failed has to end | live http / grace 10s
header | what the request carries | ready http / header Host=example.com
starts | pulling its image and creating it take so long | starts in 2s
after | so long after that | exits after 10s
exits | the process ends by itself | exits 1 after 10s
crashes | the process ends with an error whenever it is started | crashes 3 times after 10s
times | how often | crashes 3 times
runs | with `out of memory`: the process takes more than it may | runs out of memory after 10s
out | with `runs`: see there | runs out of memory
never | with `ready`: the container is never ready; as an expectation: at no step | never pods app=web Failed
cannot | with `pull`: the image cannot be pulled | cannot pull
pull | with `cannot`: see there | cannot pull
stops | takes so long to end when it is asked to | stops in 10s
serves | what the process listens on, whatever its ports say | serves 80, 9090
uses | what the process uses all the time | uses cpu 200m, memory 64Mi
service | one address for many Pods | service web -> deployment web port 80
ClusterIP | a Service for the inside of the cluster | service web ClusterIP -> deployment web port 80
NodePort | a Service that has a port on every machine besides | service web NodePort 30080 -> deployment web port 80
LoadBalancer | a Service that has the cloud's load balancer besides | service web LoadBalancer -> deployment web port 80
ExternalName | a Service that is another name for something outside | service db ExternalName db.example.com
headless | without an address: DNS answers with the Pods' own | service db headless -> statefulset db port 5432
sessionAffinity | one client stays with one Pod | service web -> app=web port 80 sessionAffinity ClientIP after 3h
to | to which port of the Pods; to whom a role is given | service web -> deployment web port 80 to 8080
nodePort | the port on every machine | port http 80 nodePort 30080
data | values of a Secret in base64 | secret db { data password="czNjcmV0" }
binaryData | values of a ConfigMap in base64 | config logo { binaryData logo.png="iVBORw0KGgo=" }
immutable | the data can no longer be changed | config settings { immutable }
ingress | which requests from outside lead to which Service | ingress shop { shop.example.com/ -> service web:80 }
default | for what no route matches | default -> service web:80
tls | with which certificate | tls shop.example.com secret shop-tls
role | what may be done in a namespace | role reader can get, list pods
clusterrole | what may be done in the whole cluster | clusterrole node-reader can get, list nodes
can | one rule: verbs, then resources | role reader can get, list pods, services
named | only the objects of these names | role one can get secrets named db
rolebinding | gives a role to somebody in a namespace | rolebinding readers role reader to user jane
clusterrolebinding | gives a role to somebody everywhere | clusterrolebinding devs clusterrole view to group devs
user | somebody by name | rolebinding readers role reader to user jane
group | everybody of a group | rolebinding readers role reader to group devs
serviceaccount | an account for programs | rolebinding readers role reader to serviceaccount king
label | marks that objects are found by | label tier=back
annotation | notes on an object that nothing is found by | annotation owner=jane
expect | must hold at the end of the run | expect 3 pods app=web Running
always | must hold at every step, from the first at which it does | always at least 2 pods app=web Ready
eventually | must hold at some step | eventually pod moody CrashLoopBackOff within 5m
exactly | just so many | expect exactly 3 pods app=web
least | with `at`: so many or more | always at least 2 pods app=web Ready
most | with `at`: so many or fewer | always at most 4 pods app=web
no | none | expect no pods Failed
all | every one | expect all pods Ready
not | the opposite of what follows | expect pods app=web not Pending
within | so long after the start at most | eventually pod web Ready within 5m
"""


@cache
def entries() -> dict[str, Entry]:
    """What there is to say about each word, by the word."""
    found = {}
    for line in _TABLE.strip().splitlines():
        word, meaning, example = (part.strip() for part in line.split(" | ", 2))
        found[word] = Entry(word, meaning, example)
    return found


def entry(word: str) -> Entry | None:
    """What there is to say about a word of the language, or None where it is none."""
    known = entries()
    return known.get(ABBREVIATIONS.get(word, word)) or known.get(word)


def offered(terminals: set[str]) -> list[str]:
    """Of the kinds of words that may come next, those that stand for themselves, in the order of the table."""
    words = {parser.keywords()[name] for name in terminals if name in parser.keywords()}
    order = {word: place for place, word in enumerate((*entries(), *ABBREVIATIONS))}
    return sorted(
        (word for word in words if ABBREVIATIONS.get(word) not in words), key=lambda word: order.get(word, 999)
    )
