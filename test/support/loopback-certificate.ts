/**
 * A certificate for 127.0.0.1, signed by itself and good from 2020 to 2119, with its key. Made for tests, so that they can
 * speak TLS on loopback; nothing else trusts it, and the key guards nothing.
 */
export const loopbackCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBcTCCARegAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5EYXJrcm9v
bSB0ZXN0czAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUG
A1UEAwwORGFya3Jvb20gdGVzdHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQe
tI8QkaEtZ6FPbzkz1QJLUSA61iYNXv18/Q6x4u87il5lzf/ZqLc6LXB1h92HFuRZ
X9fOda+4MQ48aYyJHBBXo04wTDAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3Qw
DwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUdNHhIQAZTn3PNqU6VW9hcRNi8jEw
CgYIKoZIzj0EAwIDSAAwRQIgIQ7sYcBh5fXs/XxarFrY86GOI6F+u6o8CxfNjvi0
xvgCIQCA+JgiFC3oX8JcbfueegPyxuDh2yeG23NIY+BHWoRpow==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgO0PvGM60TeeDuegW
9yrXAGGdRlLkKXcMA+k/VfHOjhKhRANCAAQetI8QkaEtZ6FPbzkz1QJLUSA61iYN
Xv18/Q6x4u87il5lzf/ZqLc6LXB1h92HFuRZX9fOda+4MQ48aYyJHBBX
-----END PRIVATE KEY-----
`,
};
