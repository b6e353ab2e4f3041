"""``python -m kubelab.notebook.kernel``: what Jupyter starts for a notebook of the kernel `kube`."""

from ipykernel.kernelapp import IPKernelApp

from kubelab.notebook.kernel.kernel import KubeKernel

if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=KubeKernel)
