package io.pgproxy.sql.catalog;

/**
 * A function, aggregate, window function or procedure: a row of {@code pg_proc}.
 *
 * @param oid its OID, below 16384 for what is built in
 * @param schema where it is
 * @param name what it is called
 * @param kind what it is
 * @param volatility what it promises; for an aggregate the least promise of the functions it is made of
 * @param securityDefiner whether it runs with the rights of its owner; for an aggregate, whether a part of it does
 * @param language such as {@code sql}, {@code plpgsql}, {@code c}, {@code internal}
 * @param trusted whether the language keeps it within the database; for an aggregate, whether all its parts are kept,
 *     or built in
 * @param extension whether it belongs to an extension
 * @param leastArguments the number of arguments without a default
 * @param mostArguments the number of arguments, {@link Integer#MAX_VALUE} with VARIADIC
 * @param returnsSet whether it gives rows
 */
public record Routine(
        long oid,
        String schema,
        String name,
        RoutineKind kind,
        Volatility volatility,
        boolean securityDefiner,
        String language,
        boolean trusted,
        boolean extension,
        int leastArguments,
        int mostArguments,
        boolean returnsSet) {

    /** The first OID that is not given by initdb. */
    private static final long FIRST_NORMAL_OID = 16_384;

    /**
     * Whether every database has it from the start.
     *
     * @return true for what initdb made
     */
    public boolean isBuiltIn() {
        return oid < FIRST_NORMAL_OID && BuiltInFunctions.isSystemSchema(schema);
    }

    /**
     * Whether a call with so many arguments can be one of this routine.
     *
     * @param arguments the number, or {@link FunctionPolicy#ANY_NUMBER}
     * @return false if it certainly is not
     */
    public boolean accepts(int arguments) {
        // count(*) has none, and WITHIN GROUP splits those of an aggregate in two.
        return arguments == FunctionPolicy.ANY_NUMBER
                || kind == RoutineKind.AGGREGATE
                || (arguments >= leastArguments && arguments <= mostArguments);
    }

    /**
     * Its name with its schema, not quoted.
     *
     * @return such as {@code public.total}
     */
    public String qualifiedName() {
        return schema + "." + name;
    }
}
