package io.pgproxy.sql.catalog;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.catalog.FunctionVerdict.Unknown;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which functions a session that may only read may call. Immutable; any thread may ask, and nothing is looked up
 * outside memory.
 *
 * <p>Asked without a catalogue, it goes by the {@linkplain BuiltInFunctions built-in list}, and by a list of functions
 * of extensions that are refused in whatever schema they are. A name that is qualified with another schema than
 * pg_catalog or information_schema is never a built-in one. An unqualified name is taken for the built-in function of
 * that name, and that holds only as far as no schema of the search_path has a function of the same name: PostgreSQL
 * looks at the overloads in all of its schemas, and prefers one that fits the arguments better even if pg_catalog
 * stands first. Asked with a {@link Catalog} it looks at every function that may be meant, and the strictest verdict
 * counts.
 *
 * <p>Names must come as the catalogue has them, as those of {@link io.pgproxy.sql.Facts#functions} do: folded,
 * unquoted, cut at 63 bytes. Forms of the grammar such as COALESCE are told apart by {@link FunctionName#keyword};
 * those that only newer versions have, such as JSON_VALUE of 17, are known if {@link Builder#version} is, and else
 * taken for users' functions. Functions behind operators, casts, domains, views and policies have no call in the text;
 * for those the server's READ ONLY transaction is the guard, and {@link Catalog} tells of them. So has attribute
 * notation ({@code t.f} for {@code f(t)}), which READ ONLY does not guard either if f is a built-in function that ends
 * sessions or reads files: {@link #decideAttribute} is asked about each name behind a dot.
 */
public final class FunctionPolicy {
    /** The number of arguments of a call whose arguments have not been counted. */
    public static final int ANY_NUMBER = -1;

    private static final EffectList EXTENSIONS = EffectList.read("extensions.txt");
    private static final FunctionPolicy READ_ONLY = builder().build();

    /** Views of pg_catalog with the name of a function that takes no argument, or with one that looks like it. */
    private static final Set<String> RELATIONS =
            Set.of("pg_hba_file_rules", "pg_ident_file_mappings", "pg_replication_origin_status");

    private final NameRules allowed;
    private final NameRules denied;
    private final Map<FunctionEffect, Allowed> allowedEffects;
    private final UserFunctions userFunctions;
    private final int version;

    private FunctionPolicy(Builder builder) {
        allowed = builder.allowed.copy();
        denied = builder.denied.copy();
        Map<FunctionEffect, Allowed> effects = new EnumMap<>(FunctionEffect.class);
        builder.effects.forEach(effect -> effects.put(effect, new Allowed(effect)));
        allowedEffects = Collections.unmodifiableMap(effects);
        userFunctions = builder.userFunctions;
        version = builder.version;
    }

    /**
     * The policy of a read-only proxy: harmless effects are allowed, users' functions pass under READ ONLY.
     *
     * @return a constant
     */
    public static FunctionPolicy readOnly() {
        return READ_ONLY;
    }

    /**
     * A policy that differs from {@link #readOnly()}.
     *
     * @return a builder with that one's rules
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Judges a call that a text was found to make.
     *
     * @param function what is called
     * @return the verdict of the lists
     */
    public FunctionVerdict decide(FunctionName function) {
        return function.keyword() ? ofForm(function.name()) : decide(function.schema(), function.name());
    }

    /**
     * Judges a call that a text was found to make with what the server's catalogue knows.
     *
     * @param function what is called
     * @param catalog what is known of the server
     * @param path the search_path of the session
     * @return the verdict
     */
    public FunctionVerdict decide(FunctionName function, Catalog catalog, SearchPath path) {
        return function.keyword()
                ? ofForm(function.name())
                : decide(function.schema(), function.name(), ANY_NUMBER, catalog, path);
    }

    /**
     * Judges a call whose arguments have not been counted.
     *
     * @param schema the schema as written, or null
     * @param name the function's name
     * @return the verdict of the lists
     */
    public FunctionVerdict decide(@Nullable String schema, String name) {
        return decide(schema, name, ANY_NUMBER);
    }

    /**
     * Judges a call without a catalogue.
     *
     * @param schema the schema as written, or null
     * @param name the function's name
     * @param arguments how many arguments the call has, or {@link #ANY_NUMBER}
     * @return the verdict of the lists
     */
    public FunctionVerdict decide(@Nullable String schema, String name, int arguments) {
        FunctionVerdict decided = byNameAlone(schema, name, arguments);
        return decided != null ? decided : ofUnseen(schema == null ? name : schema + "." + name);
    }

    /**
     * Judges a call with what the server's catalogue knows: the strictest verdict on the functions that may be meant.
     * With a catalogue that knows nothing, or that does not know such a function, the lists decide.
     *
     * @param schema the schema as written, or null
     * @param name the function's name
     * @param arguments how many arguments the call has, or {@link #ANY_NUMBER}
     * @param catalog what is known of the server
     * @param path the search_path of the session
     * @return the verdict
     */
    public FunctionVerdict decide(
            @Nullable String schema, String name, int arguments, Catalog catalog, SearchPath path) {
        FunctionVerdict lists = decide(schema, name, arguments);
        if (!catalog.isKnown() || isByRuleForName(name) || isRefusedForItsEffect(lists)) {
            return lists;
        }
        FunctionVerdict strictest = null;
        for (Routine routine : catalog.routines(schema, name, path)) {
            if (routine.accepts(arguments)) {
                FunctionVerdict verdict = decide(routine, arguments);
                if (strictest == null || strictness(verdict) > strictness(strictest)) {
                    strictest = verdict;
                }
            }
        }
        return strictest == null ? lists : strictest;
    }

    /**
     * Judges a name behind a dot that no parenthesis follows: {@code x.f} calls {@code f(x)} if x is of one type or a
     * row, and has no attribute of that name ({@code ParseFuncOrColumn} in parse_func.c). Nearly all such names are
     * columns and relations, so only those are refused that the lists know to do harm, or that a rule denies; a prefix
     * that PostgreSQL keeps for itself is not enough.
     *
     * @param name the name behind the dot
     * @return the verdict; users' functions and whatever is no function are {@link Unknown}
     */
    public FunctionVerdict decideAttribute(String name) {
        FunctionVerdict decided = RELATIONS.contains(name) ? null : byNameAlone(null, name, 1);
        if (decided instanceof Refused refused
                && refused.effect() == FunctionEffect.UNKNOWN
                && BuiltInFunctions.all().find(null, name) == null
                && !isDenied(null, name)) {
            decided = null;
        }
        return decided != null ? decided : passing(name);
    }

    /**
     * Judges a function that is known to be meant, such as one behind an operator or in a view.
     *
     * @param routine the function
     * @return the verdict
     */
    public FunctionVerdict decide(Routine routine) {
        return decide(routine, ANY_NUMBER);
    }

    private FunctionVerdict decide(Routine routine, int arguments) {
        FunctionVerdict decided = byNameAlone(routine.schema(), routine.name(), arguments);
        if (routine.isBuiltIn()) {
            // A version that is newer than the list: nobody has looked, but nothing can come from an immutable one.
            return decided instanceof Refused refused
                            && refused.effect() == FunctionEffect.UNKNOWN
                            && !isDenied(routine.schema(), routine.name())
                            && routine.volatility() == Volatility.IMMUTABLE
                    ? new Allowed(FunctionEffect.NONE)
                    : decided != null ? decided : refused(routine.qualifiedName(), FunctionEffect.UNKNOWN);
        }
        // Somebody's overload in pg_catalog is not harmless because the one beside it is.
        boolean byItself = decided instanceof Refused
                || isAllowed(routine.schema(), routine.name())
                || !BuiltInFunctions.isSystemSchema(routine.schema());
        if (decided != null && byItself) {
            return decided;
        }
        return switch (userFunctions) {
            case PASS -> passing(routine.qualifiedName());
            case REFUSE -> refused(routine.qualifiedName(), FunctionEffect.UNKNOWN);
            case STABLE_ONLY ->
                routine.volatility() != Volatility.VOLATILE && (routine.trusted() || routine.extension())
                        ? passing(routine.qualifiedName())
                        : refused(routine.qualifiedName(), FunctionEffect.UNKNOWN);
        };
    }

    private @Nullable FunctionVerdict byNameAlone(@Nullable String schema, String name, int arguments) {
        BuiltInFunction builtIn = BuiltInFunctions.all().find(schema, name);
        if (builtIn != null && !builtIn.existsIn(version)) {
            builtIn = null;
        }
        String home = builtIn == null ? schema : builtIn.schema();
        if (isDenied(home, name)) {
            FunctionEffect effect = builtIn == null ? FunctionEffect.UNKNOWN : builtIn.effect(arguments);
            return new Refused(effect, name + " is refused by a rule");
        }
        if (isAllowed(home, name)) {
            return new Allowed(builtIn == null ? FunctionEffect.UNKNOWN : builtIn.effect(arguments));
        }
        if (builtIn != null) {
            return byEffect(name, builtIn.effect(arguments));
        }
        if (schema == null && GrammarForms.isIn(version, name)) {
            return byEffect(name, FunctionEffect.NONE);
        }
        FunctionEffect known = EXTENSIONS.of(name);
        if (known != null) {
            return byEffect(name, known);
        }
        return schema != null && BuiltInFunctions.isSystemSchema(schema)
                ? byEffect(name, FunctionEffect.UNKNOWN)
                : null;
    }

    private FunctionVerdict ofForm(String name) {
        FunctionEffect effect = GrammarForms.effect(name);
        return denied.hasName(name) ? new Refused(effect, name + " is refused by a rule") : byEffect(name, effect);
    }

    private FunctionVerdict byEffect(String name, FunctionEffect effect) {
        Allowed harmless = allowedEffects.get(effect);
        return harmless != null ? harmless : refused(name, effect);
    }

    private FunctionVerdict ofUnseen(String name) {
        return userFunctions == UserFunctions.PASS ? passing(name) : refused(name, FunctionEffect.UNKNOWN);
    }

    private boolean isByRuleForName(String name) {
        return denied.hasName(name) || allowed.hasName(name);
    }

    private boolean isDenied(@Nullable String schema, String name) {
        return schema == null ? denied.hasInAnySchema(name) : denied.has(schema, name);
    }

    private boolean isAllowed(@Nullable String schema, String name) {
        return schema == null ? allowed.hasName(name) : allowed.has(schema, name);
    }

    private static boolean isRefusedForItsEffect(FunctionVerdict verdict) {
        return verdict instanceof Refused refused && refused.effect() != FunctionEffect.UNKNOWN;
    }

    private static int strictness(FunctionVerdict verdict) {
        return verdict instanceof Refused ? 2 : verdict instanceof Unknown ? 1 : 0;
    }

    private static Refused refused(String name, FunctionEffect effect) {
        return new Refused(effect, name + " " + effect.words());
    }

    private static Unknown passing(String name) {
        return new Unknown(name + " is a user's function");
    }

    /** Rules. A denial goes before a permission, and rules for names go before what is known of effects. */
    public static final class Builder {
        private final NameRules allowed = new NameRules();
        private final NameRules denied = new NameRules();
        private final Set<FunctionEffect> effects = EnumSet.noneOf(FunctionEffect.class);
        private UserFunctions userFunctions = UserFunctions.PASS;
        private int version;

        private Builder() {
            for (FunctionEffect effect : FunctionEffect.values()) {
                if (effect.isHarmless()) {
                    effects.add(effect);
                }
            }
        }

        /**
         * Allows functions, in whatever schema they are.
         *
         * @param names as the catalogue has them
         * @return this builder
         */
        public Builder allow(String... names) {
            allowed.add(names);
            return this;
        }

        /**
         * Allows one function, where its schema is written, or where a catalogue finds it there. For pg_catalog that is
         * also where no schema is written.
         *
         * @param schema the schema
         * @param name the function
         * @return this builder
         */
        public Builder allowIn(String schema, String name) {
            allowed.addIn(schema, name);
            return this;
        }

        /**
         * Allows the functions of a schema, as {@link #allowIn} does.
         *
         * @param schema the schema
         * @return this builder
         */
        public Builder allowSchema(String schema) {
            allowed.addSchema(schema);
            return this;
        }

        /**
         * Allows what has an effect.
         *
         * @param harmless the effects
         * @return this builder
         */
        public Builder allow(FunctionEffect... harmless) {
            effects.addAll(List.of(harmless));
            return this;
        }

        /**
         * Refuses functions, in whatever schema they are.
         *
         * @param names as the catalogue has them
         * @return this builder
         */
        public Builder deny(String... names) {
            denied.add(names);
            return this;
        }

        /**
         * Refuses one function, where its schema is written, where a catalogue finds it there, and where no schema is
         * written, unless the name is a built-in function's.
         *
         * @param schema the schema
         * @param name the function
         * @return this builder
         */
        public Builder denyIn(String schema, String name) {
            denied.addIn(schema, name);
            return this;
        }

        /**
         * Refuses the functions of a schema, where it is written or where a catalogue finds them there.
         *
         * @param schema the schema
         * @return this builder
         */
        public Builder denySchema(String schema) {
            denied.addSchema(schema);
            return this;
        }

        /**
         * Refuses what has an effect.
         *
         * @param harmful the effects
         * @return this builder
         */
        public Builder deny(FunctionEffect... harmful) {
            effects.removeAll(List.of(harmful));
            return this;
        }

        /**
         * Says what becomes of users' functions.
         *
         * @param choice {@link UserFunctions#PASS} by default
         * @return this builder
         */
        public Builder userFunctions(UserFunctions choice) {
            userFunctions = choice;
            return this;
        }

        /**
         * Says which version the server has: a function that it does not have is not built in. Without it, a name is
         * taken for a built-in one if any version from 14 to 18 has it.
         *
         * @param major such as 15; 0 if it is not known
         * @return this builder
         */
        public Builder version(int major) {
            version = major;
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return a policy that this builder does not change any more
         */
        public FunctionPolicy build() {
            return new FunctionPolicy(this);
        }
    }
}
