package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells the rows of one result from those of another: SHA-256 of their messages, in order. */
final class RowDigest {
    /** As much as is shown, and compared. */
    private static final int LENGTH = 16;

    private final MessageDigest digest = sha256();
    private boolean empty = true;

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    void add(ByteBuf buffer, int from, int length) {
        if (length > 0) {
            empty = false;
            digest.update(buffer.nioBuffer(from, length));
        }
    }

    /** {@return what to add to the command tag; from here on it is about the next result} */
    String take() {
        if (empty) {
            return "";
        }
        empty = true;
        return " with rows " + HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
    }
}
