package io.pgproxy.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of an execution, as Bind gave it.
 *
 * @param typeOid the type's OID (unsigned), 0 when unknown
 * @param format how the value stands
 * @param value the bytes, or null for SQL's null
 */
public record Parameter(
        int typeOid, Format format, @Nullable Bytes value) {
    /**
     * The value of a parameter in text format.
     *
     * @return the text, or null for SQL's null
     * @throws IllegalStateException if the format is binary
     */
    public @Nullable String text() {
        if (format != Format.TEXT) {
            throw new IllegalStateException("the parameter came in binary format");
        }
        return value == null ? null : value.text();
    }
}
