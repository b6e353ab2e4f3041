"""The certificate by which everybody tells the real API server.

**Simplified:** it is a real one (self-signed, CN=kubernetes), but the same for every cluster; nobody keeps its key.
"""

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBcTCCARigAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAprdWJlcm5l
dGVzMB4XDTI2MDEwMTAwMDAwMFoXDTM1MTIzMDAwMDAwMFowFTETMBEGA1UEAwwK
a3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJ32K8YUhLBuS44W
VK0Y8cdIgXB4bGJ2saEb+DqQZAUGImh9u/VyEKsfnCjrD5YG+dyQeaJfWdTAdZoX
tAzw3e2jWTBXMA4GA1UdDwEB/wQEAwICpDAPBgNVHRMBAf8EBTADAQH/MB0GA1Ud
DgQWBBSEeRdl1gdVe6DfxPe6KeWSWNJ8IzAVBgNVHREEDjAMggprdWJlcm5ldGVz
MAoGCCqGSM49BAMCA0cAMEQCIC4W2RCeavuI2cy2ulS6OFnaPtaJquLVhsEz1ECU
UdHjAiAu4z6fiLRPEylMlow5FiFCZWLd08mZdF0eFEUQWc+5Ug==
-----END CERTIFICATE-----
"""
"""The cluster's CA certificate."""
