package io.pgproxy.sql.catalog;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All functions of one name that every database has from the start, in any of the versions that are known. What differs
 * between overloads or versions is there as the strictest of them.
 */
public final class BuiltInFunction {
    private final String schema;
    private final String name;
    private final String volatilities;
    private final Set<RoutineKind> kinds;
    private final boolean type;
    private final boolean set;
    private final FunctionEffect effect;
    private final Map<Integer, FunctionEffect> byArguments;

    BuiltInFunction(
            String schema,
            String name,
            String volatilities,
            Set<RoutineKind> kinds,
            boolean type,
            boolean set,
            FunctionEffect effect,
            Map<Integer, FunctionEffect> byArguments) {
        this.schema = schema;
        this.name = name;
        this.volatilities = volatilities;
        this.kinds = kinds;
        this.type = type;
        this.set = set;
        this.effect = effect;
        this.byArguments = byArguments;
    }

    /**
     * Where it is.
     *
     * @return {@code pg_catalog} or {@code information_schema}
     */
    public String schema() {
        return schema;
    }

    /**
     * What it is called.
     *
     * @return the name as the catalogue has it
     */
    public String name() {
        return name;
    }

    /**
     * What kinds of routine have the name.
     *
     * @return empty if only a type has it
     */
    public Set<RoutineKind> kinds() {
        return kinds;
    }

    /**
     * Whether a type has the name, so that what looks like a call may be a cast: {@code inet('::1')}.
     *
     * @return true if there is such a type, whether or not there is a function too
     */
    public boolean isType() {
        return type;
    }

    /**
     * Whether a call gives a set of rows.
     *
     * @return true if all of its overloads do
     */
    public boolean returnsSet() {
        return set;
    }

    /**
     * Whether a version has it.
     *
     * @param version a major version; above 18 it is answered for 18, below 14 for 14, and for 0 it is true
     * @return whether it is there
     */
    public boolean existsIn(int version) {
        return version == 0 || volatilities.charAt(column(version)) != '-';
    }

    /**
     * What it promises in a version.
     *
     * @param version a major version, as for {@link #existsIn}
     * @return the least promise of its overloads, or null where it does not exist; for version 0 the least of all
     *     versions
     */
    public @Nullable Volatility volatility(int version) {
        if (version == 0) {
            return volatilities
                    .chars()
                    .filter(code -> code != '-')
                    .mapToObj(code -> Volatility.ofCode((char) code))
                    .reduce(Volatility.IMMUTABLE, Volatility::or);
        }
        char code = volatilities.charAt(column(version));
        return code == '-' ? null : Volatility.ofCode(code);
    }

    /**
     * What a call does.
     *
     * @param arguments how many the call has, or {@link FunctionPolicy#ANY_NUMBER}
     * @return the effect; the strictest of its overloads if the number is not known
     */
    public FunctionEffect effect(int arguments) {
        return byArguments.getOrDefault(arguments, effect);
    }

    private int column(int version) {
        return Math.min(Math.max(version - BuiltInFunctions.OLDEST, 0), volatilities.length() - 1);
    }

    @Override
    public String toString() {
        return schema + "." + name + " " + volatilities + " " + effect;
    }
}
