package io.pgproxy.tls;

/** Whether clients encrypt. A CancelRequest is served either way. */
public enum TlsMode {
    /** They cannot: a request for it is answered {@code N}. */
    OFF,
    /** They can. */
    ALLOW,
    /** They must: who does not is refused with 28000. */
    REQUIRE
}
