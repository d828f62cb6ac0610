package io.pgproxy.testkit.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message as it was on the wire. The body is not copied: whoever changes it changes the message.
 *
 * @param tag the type byte
 * @param body what follows the length
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString are our own
public record WireMessage(char tag, byte[] body) {

    /** Stands for the end of the stream where messages are expected. */
    public static final WireMessage END = new WireMessage('!', new byte[0]);

    private static final int SHOWN = 40;

    /**
     * The whole message.
     *
     * @return type byte, length and body
     */
    public byte[] bytes() {
        return new Packet().bytes(body).message(tag);
    }

    /**
     * A field of an ErrorResponse or NoticeResponse, as in "Error and Notice Message Fields" of the manual.
     *
     * @param code the field's code, such as {@code C}
     * @return its text, or null if the message has no such field
     */
    public @Nullable String field(char code) {
        if (tag != 'E' && tag != 'N') {
            throw new IllegalStateException(this + " has no fields");
        }
        int at = 0;
        while (at < body.length && body[at] != 0) {
            int end = endOfString(at + 1);
            if (body[at] == code) {
                return text(at + 1, end);
            }
            at = end + 1;
        }
        return null;
    }

    /**
     * The SQLSTATE of an ErrorResponse or NoticeResponse.
     *
     * @return five characters, or null if it has none
     */
    public @Nullable String sqlState() {
        return field('C');
    }

    /**
     * The severity of an ErrorResponse or NoticeResponse, never translated.
     *
     * @return such as {@code FATAL}, or null if it has none
     */
    public @Nullable String severity() {
        String plain = field('V');
        return plain != null ? plain : field('S');
    }

    /**
     * The primary message of an ErrorResponse or NoticeResponse.
     *
     * @return the text, or null if it has none
     */
    public @Nullable String text() {
        return field('M');
    }

    /**
     * The body as text, up to its first zero byte: the command tag of a CommandComplete, the name of a ParameterStatus.
     *
     * @return the text
     */
    public String string() {
        return text(0, endOfString(0));
    }

    /**
     * The values of a DataRow, or of whatever else is laid out as one.
     *
     * @return each value as UTF-8 text, null for NULL
     */
    public List<@Nullable String> values() {
        ByteBuffer in = ByteBuffer.wrap(body);
        int count = Short.toUnsignedInt(in.getShort());
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = in.getInt();
            if (length < 0) {
                values.add(null);
            } else {
                values.add(text(in.position(), in.position() + length));
                in.position(in.position() + length);
            }
        }
        return values;
    }

    /**
     * A 32-bit number of the body.
     *
     * @param at the index of its first byte
     * @return the number
     */
    public int int32(int at) {
        return ByteBuffer.wrap(body).getInt(at);
    }

    /**
     * The type bytes of messages, which is what most tests compare.
     *
     * @param messages the messages
     * @return such as {@code TDDCZ}
     */
    public static String tags(List<WireMessage> messages) {
        StringBuilder tags = new StringBuilder();
        messages.forEach(message -> tags.append(message.tag));
        return tags.toString();
    }

    /**
     * The bytes of messages one after the other.
     *
     * @param messages the messages
     * @return what was on the wire
     */
    public static byte[] bytes(List<WireMessage> messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (WireMessage message : messages) {
            if (!message.equals(END)) {
                all.writeBytes(message.bytes());
            }
        }
        return all.toByteArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WireMessage that && tag == that.tag && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * tag + Arrays.hashCode(body);
    }

    /** Readable in the report of a failed test: errors with their text, all else with the start of its body. */
    @Override
    public String toString() {
        if (tag == 'E' && body.length > 4) {
            return "E(" + severity() + " " + sqlState() + " " + text() + ")";
        }
        StringBuilder shown = new StringBuilder().append(tag).append('(');
        for (int i = 0; i < Math.min(body.length, SHOWN); i++) {
            boolean printable = body[i] >= ' ' && body[i] < 127;
            shown.append(printable ? String.valueOf((char) body[i]) : String.format("\\%02x", body[i]));
        }
        return shown.append(body.length > SHOWN ? "… " + body.length + " bytes)" : ")")
                .toString();
    }

    private int endOfString(int from) {
        int end = from;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        return end;
    }

    private String text(int from, int to) {
        return new String(body, Math.min(from, body.length), Math.max(0, to - from), StandardCharsets.UTF_8);
    }
}
