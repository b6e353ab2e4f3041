"""kube-apiserver: the one door to etcd."""
