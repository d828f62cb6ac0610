package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * One column of a result, as RowDescription describes it.
 *
 * @param name the column's name
 * @param tableOid the table's OID (unsigned) if the column is one of a table, else 0
 * @param attributeNumber the column's number in that table, else 0; negative for system columns
 * @param typeOid the type's OID (unsigned)
 * @param typeSize bytes of a value, negative for types of variable width: pg_type.typlen
 * @param typeModifier the type's modifier, -1 for none: pg_attribute.atttypmod
 * @param format how the values stand in DataRow; TEXT where it is not yet known
 */
public record Column(
        String name,
        int tableOid,
        short attributeNumber,
        int typeOid,
        short typeSize,
        int typeModifier,
        Format format) {
    /** The fewest bytes that one column takes in RowDescription: an empty name. */
    private static final int SMALLEST = 19;

    /**
     * A column that belongs to no table and has no type modifier, in text format.
     *
     * @param name the column's name
     * @param typeOid the type's OID
     * @param typeSize bytes of a value, negative for types of variable width
     * @return the column
     */
    public static Column of(String name, int typeOid, int typeSize) {
        return new Column(name, 0, (short) 0, typeOid, (short) typeSize, -1, Format.TEXT);
    }

    /**
     * A column of type text.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column text(String name) {
        return of(name, Oid.TEXT, -1);
    }

    /**
     * A column of type bool.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column bool(String name) {
        return of(name, Oid.BOOL, 1);
    }

    /**
     * A column of type int2.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column int2(String name) {
        return of(name, Oid.INT2, 2);
    }

    /**
     * A column of type int4.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column int4(String name) {
        return of(name, Oid.INT4, 4);
    }

    /**
     * A column of type int8.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column int8(String name) {
        return of(name, Oid.INT8, 8);
    }

    /**
     * A column of type float8.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column float8(String name) {
        return of(name, Oid.FLOAT8, 8);
    }

    /**
     * A column of type numeric.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column numeric(String name) {
        return of(name, Oid.NUMERIC, -1);
    }

    /**
     * A column of type bytea.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column bytea(String name) {
        return of(name, Oid.BYTEA, -1);
    }

    /**
     * A column of type date.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column date(String name) {
        return of(name, Oid.DATE, 4);
    }

    /**
     * A column of type timestamptz.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column timestamptz(String name) {
        return of(name, Oid.TIMESTAMPTZ, 8);
    }

    /**
     * A column of type uuid.
     *
     * @param name the column's name
     * @return the column
     */
    public static Column uuid(String name) {
        return of(name, Oid.UUID, 16);
    }

    /**
     * The same column in another format.
     *
     * @param other how the values stand
     * @return a column that differs in the format only
     */
    public Column in(Format other) {
        return other == format
                ? this
                : new Column(name, tableOid, attributeNumber, typeOid, typeSize, typeModifier, other);
    }

    /**
     * Reads one column of a RowDescription.
     *
     * @param body where to read
     * @return the column
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Column read(BodyReader body) {
        return new Column(
                body.string(), body.int32(), body.int16(), body.int32(), body.int16(), body.int32(), body.format());
    }

    /**
     * Writes the column as it stands in RowDescription.
     *
     * @param out where to write
     */
    public void write(ByteBuf out) {
        CString.write(out, name);
        out.writeInt(tableOid);
        out.writeShort(attributeNumber);
        out.writeInt(typeOid);
        out.writeShort(typeSize);
        out.writeInt(typeModifier);
        format.write(out);
    }

    /**
     * The fewest bytes that a column takes in RowDescription.
     *
     * @return a number of bytes
     */
    public static int smallest() {
        return SMALLEST;
    }
}
