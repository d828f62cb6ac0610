package io.pgproxy.core.internal.tls;

import io.netty.handler.ssl.NotSslRecordException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What goes wrong because of what the other end has sent. */
public final class TlsFailures {
    private TlsFailures() {}

    /** {@return whether that is such a failure, and none of our own} */
    public static boolean isOne(Throwable cause) {
        return first(cause) != null;
    }

    /**
     * What it was, for a log.
     *
     * @param cause any failure of a connection
     * @return one line; nothing of what the other end has sent, which may be a password that was sent in clear
     */
    public static String describe(Throwable cause) {
        SSLException failure = first(cause);
        if (failure instanceof NotSslRecordException) {
            return "it does not speak TLS"; // its message is all of what came
        }
        Throwable told = failure == null ? cause : failure;
        String message = told.getMessage();
        return message == null ? told.getClass().getSimpleName() : message;
    }

    private static @Nullable SSLException first(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SSLException failure) {
                return failure;
            }
        }
        return null;
    }
}
