package io.pgproxy.hook.ready;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a client sees in place of a value. Asked on event loops for each row: it is quick, does not block, and may be
 * asked by several threads at once. A function of one's own is a lambda.
 *
 * <p>The result has to be a value of the column's type: a column of numbers takes {@link #toNull}, or a lambda that
 * gives a number. In a column that the client wants binary anything else fails the result.
 */
@FunctionalInterface
public interface Mask {
    /**
     * Masks a value.
     *
     * @param text the value in text form, null for SQL's null
     * @return what is shown instead, null for SQL's null
     */
    @Nullable
    String mask(@Nullable String text);

    /** {@return a mask that shows SQL's null} */
    static Mask toNull() {
        return text -> null;
    }

    /**
     * The same text for all.
     *
     * @param shown in place of each value but SQL's null
     * @return the mask
     */
    static Mask fixed(String shown) {
        return text -> text == null ? null : shown;
    }

    /** {@return a mask that shows the last four characters of values that have at least eight, and no length} */
    static Mask lastFour() {
        return text -> {
            if (text == null || text.codePointCount(0, text.length()) < 8) {
                return text == null ? null : "****";
            }
            return "****" + text.substring(text.offsetByCodePoints(text.length(), -4));
        };
    }

    /**
     * A pseudonym: equal values stay equal, and nobody without the key can find a value by trying. See RFC 2104.
     *
     * @param key at least 16 bytes, kept secret; copied
     * @return a mask that shows HMAC-SHA-256 of the value as 64 hexadecimal digits
     * @throws IllegalArgumentException if the key is shorter
     */
    static Mask hmacSha256(byte[] key) {
        if (key.length < 16) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes, at least 16 are needed");
        }
        Mac prototype;
        try {
            prototype = Mac.getInstance("HmacSHA256");
            prototype.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException cause) {
            throw new IllegalStateException("every Java has HmacSHA256", cause);
        }
        return text -> {
            if (text == null) {
                return null;
            }
            try {
                Mac mac = (Mac) prototype.clone();
                return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
            } catch (CloneNotSupportedException cause) {
                throw new IllegalStateException("a Mac of the JDK can be cloned", cause);
            }
        };
    }
}
