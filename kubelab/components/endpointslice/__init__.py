"""The EndpointSlice controller, in the order in which to read it: `controller`, `placement`, `writes`."""

from kubelab.components.endpointslice.controller import EndpointSliceController

__all__ = ["EndpointSliceController"]
