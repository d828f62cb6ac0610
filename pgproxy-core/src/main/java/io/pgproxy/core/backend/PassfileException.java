package io.pgproxy.core.backend;

import java.io.IOException;

/** A passfile has no password to give. The message names the file and the reason, and nothing that is in it. */
final class PassfileException extends IOException {
    private static final long serialVersionUID = 1L;

    PassfileException(String reason) {
        super(reason);
    }
}
