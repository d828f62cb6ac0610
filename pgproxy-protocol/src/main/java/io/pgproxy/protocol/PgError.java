package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An error or notice: the fields of an ErrorResponse or NoticeResponse in their order, unknown ones included.
 *
 * <p>Nothing is required of a peer's error: without a severity it is an ERROR, without a well-formed SQLSTATE an XX000,
 * without a message it has an empty one. A value, so it may be kept in a constant.
 *
 * <p>Message, detail and the other texts may hold values of rows; {@link #toString} shows none of them.
 *
 * <p>See "Error and Notice Message Fields" in the PostgreSQL manual.
 */
public final class PgError {
    private static final Set<String> SEVERITIES =
            Set.of("ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "DEBUG", "INFO", "LOG");
    private static final int SQLSTATE_LENGTH = 5;

    private final List<Field> fields;

    private PgError(List<Field> fields) {
        this.fields = fields;
    }

    /**
     * An error of severity ERROR: it ends the statement, not the session.
     *
     * @param sqlState five characters, see {@link SqlState}
     * @param message one line for people
     * @return the error
     * @throws IllegalArgumentException if the SQLSTATE is none or a text holds U+0000
     */
    public static PgError of(String sqlState, String message) {
        return of("ERROR", sqlState, message);
    }

    /**
     * An error that tells of a violation of the protocol.
     *
     * @param cause what was violated
     * @return an error of severity ERROR with the SQLSTATE and message of the cause
     */
    public static PgError of(ProtocolException cause) {
        String message = cause.getMessage();
        return of(cause.sqlState(), message == null ? "protocol violation" : message);
    }

    /**
     * A notice of severity NOTICE and SQLSTATE 00000.
     *
     * @param message one line for people
     * @return the notice
     */
    public static PgError notice(String message) {
        return of("NOTICE", SqlState.SUCCESSFUL_COMPLETION, message);
    }

    private static PgError of(String severity, String sqlState, String message) {
        if (!isSqlState(sqlState)) {
            throw new IllegalArgumentException("not an SQLSTATE: " + sqlState);
        }
        return new PgError(List.of(
                new Field('S', severity), new Field('V', severity), new Field('C', sqlState), new Field('M', message)));
    }

    /**
     * Reads the body of an ErrorResponse or NoticeResponse.
     *
     * @param body exactly the body; it is read to its end
     * @return the error
     * @throws ProtocolException (08P01) if it is malformed; missing fields are not
     */
    public static PgError read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        List<Field> fields = new ArrayList<>();
        for (byte code = reader.int8(); code != 0; code = reader.int8()) {
            fields.add(new Field((char) (code & 0xff), reader.string()));
        }
        reader.end();
        return new PgError(List.copyOf(fields));
    }

    /**
     * Writes an ErrorResponse.
     *
     * @param out where to write
     */
    public void writeError(ByteBuf out) {
        MessageWriter.write(out, BackendTag.ERROR_RESPONSE.code(), this::writeFields);
    }

    /**
     * Writes a NoticeResponse.
     *
     * @param out where to write
     */
    public void writeNotice(ByteBuf out) {
        MessageWriter.write(out, BackendTag.NOTICE_RESPONSE.code(), this::writeFields);
    }

    private void writeFields(ByteBuf out) {
        for (Field field : fields) {
            out.writeByte(field.code);
            CString.write(out, field.value);
        }
        out.writeByte(0);
    }

    /**
     * The same error with severity FATAL: the connection closes after it.
     *
     * @return the error
     */
    public PgError fatal() {
        return withSeverity("FATAL");
    }

    /**
     * The same error with another severity, in both fields that tell it.
     *
     * @param severity ERROR, FATAL or PANIC; WARNING, NOTICE, DEBUG, INFO or LOG for a notice
     * @return the error
     * @throws IllegalArgumentException for any other severity
     */
    public PgError withSeverity(String severity) {
        if (!SEVERITIES.contains(severity)) {
            throw new IllegalArgumentException("not a severity: " + severity);
        }
        return with('S', severity).with('V', severity);
    }

    /**
     * The same error with a detail: a second, longer text.
     *
     * @param detail the text
     * @return the error
     */
    public PgError withDetail(String detail) {
        return with('D', detail);
    }

    /**
     * The same error with a hint: what could be done about it.
     *
     * @param hint the text
     * @return the error
     */
    public PgError withHint(String hint) {
        return with('H', hint);
    }

    /**
     * The same error with one field set: in its place if it is there, else behind the others.
     *
     * @param code the field's byte, for example 'P' for the position in the query
     * @param value the field's text
     * @return the error
     */
    public PgError with(char code, String value) {
        Field changed = new Field(code, value);
        List<Field> copy = new ArrayList<>(fields);
        for (int i = 0; i < copy.size(); i++) {
            if (copy.get(i).code == code) {
                copy.set(i, changed);
                return new PgError(List.copyOf(copy));
            }
        }
        copy.add(changed);
        return new PgError(List.copyOf(copy));
    }

    /**
     * All fields in their order.
     *
     * @return an unmodifiable list
     */
    public List<Field> fields() {
        return fields;
    }

    /**
     * One field.
     *
     * @param code the field's byte
     * @return its text, or null if there is none
     */
    public @Nullable String field(char code) {
        for (Field field : fields) {
            if (field.code == code) {
                return field.value;
            }
        }
        return null;
    }

    /**
     * The severity, not localised if the peer sent it so.
     *
     * @return field V, else field S (which a server before 9.6 or a pooler may localise), else ERROR
     */
    public String severity() {
        String severity = field('V');
        if (severity == null) {
            severity = field('S');
        }
        return severity == null ? "ERROR" : severity;
    }

    /**
     * Does the session end with this error?
     *
     * @return true for FATAL and PANIC
     */
    public boolean isFatal() {
        String severity = severity();
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    /**
     * The SQLSTATE.
     *
     * @return five characters; XX000 if the peer sent none or something else
     */
    public String sqlState() {
        String state = field('C');
        return state != null && isSqlState(state) ? state : SqlState.INTERNAL_ERROR;
    }

    /**
     * The message.
     *
     * @return one line for people, empty if the peer sent none
     */
    public String message() {
        String message = field('M');
        return message == null ? "" : message;
    }

    /**
     * The detail.
     *
     * @return a longer text, or null
     */
    public @Nullable String detail() {
        return field('D');
    }

    /**
     * The hint.
     *
     * @return what could be done about it, or null
     */
    public @Nullable String hint() {
        return field('H');
    }

    /** Equal fields in equal order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PgError that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** Severity and SQLSTATE only: the texts may hold values of rows. */
    @Override
    public String toString() {
        return (SEVERITIES.contains(severity()) ? severity() : "ERROR") + " " + sqlState();
    }

    private static boolean isSqlState(String state) {
        return state.length() == SQLSTATE_LENGTH
                && state.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'));
    }

    /**
     * One field.
     *
     * @param code the field's byte, 1 to 255
     * @param value the field's text
     */
    public record Field(char code, String value) {
        /**
         * Checks the components.
         *
         * @param code see the component
         * @param value see the component
         */
        public Field {
            if (code == 0 || code > 0xff) {
                throw new IllegalArgumentException("not a field's byte: " + (int) code);
            }
            if (value.indexOf(0) >= 0) {
                throw new IllegalArgumentException("zero character in text");
            }
        }

        /** The byte only. */
        @Override
        public String toString() {
            return String.valueOf(code);
        }
    }
}
