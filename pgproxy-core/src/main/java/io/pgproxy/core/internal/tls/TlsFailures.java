package io.pgproxy.core.internal.tls;

import javax.net.ssl.SSLException;

/** What goes wrong because of what the other end has sent. */
public final class TlsFailures {
    private TlsFailures() {}

    /** {@return whether that is such a failure, and none of our own} */
    public static boolean isOne(Throwable cause) {
        return cause instanceof SSLException || cause.getCause() instanceof SSLException;
    }
}
