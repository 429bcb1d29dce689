// The certificate of the cluster's authority, as every namespace's kube-root-ca.crt holds it.
// Self-signed for kubelab; its key was thrown away, so that nothing can be signed with it.
export const clusterCA = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUbTpK1JGD8jKxvUc1YNrGxVqc2LAwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAeFw0yNjExMjExNDA4MTRaFw0zNjExMTgx
NDA4MTRaMBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATDTrZIR7mEW8ZQC/n9LPyXiwU6PJUKs1Kxj7Mf/5JUV9JNu6ScQ/zH
u7+tRtNVfsNeCwl6GoXZLck1a9IiV3Ldo1MwUTAdBgNVHQ4EFgQUyvZfh7EchcOl
QX2JyllO5qfBgjswHwYDVR0jBBgwFoAUyvZfh7EchcOlQX2JyllO5qfBgjswDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAxsAEzinx94h6bFpoAcsq
YRWomOygrn+dSWSh3tlgzwACIQDCARi6/lSFZKQgJl1SiHf/fHbIoV6cKpsuFE3Q
4igyDg==
-----END CERTIFICATE-----
`;
