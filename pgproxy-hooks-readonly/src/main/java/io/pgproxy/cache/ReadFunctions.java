package io.pgproxy.cache;

import io.pgproxy.cache.TextSigns.Attribute;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.catalog.Cast;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.Routine;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.StoredRelation;
import io.pgproxy.sql.structure.FunctionCall;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.Relation;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges what one statement calls, by name or behind operators, casts and dots. Each method gives a reason why the
 * result must not be kept, or null.
 */
final class ReadFunctions {
    /** Operators behind words of the grammar: IN, BETWEEN, LIKE, CASE, USING, NULLIF, SIMILAR TO. */
    private static final List<String> BEHIND_WORDS =
            List.of("=", "<>", "<", "<=", ">", ">=", "~", "!~", "~~", "!~~", "~~*", "!~~*");

    private static final Set<Integer> ANY_NUMBER = Set.of(FunctionPolicy.ANY_NUMBER);

    private final Steadiness steadiness;
    private final Declarations declared;
    private final Catalog catalog;
    private final SearchPath path;
    private final TextSigns signs;
    private final ReadRelations relations;
    private boolean readsSettings;

    ReadFunctions(
            Steadiness steadiness,
            Declarations declared,
            Catalog catalog,
            SearchPath path,
            TextSigns signs,
            ReadRelations relations) {
        this.steadiness = steadiness;
        this.declared = declared;
        this.catalog = catalog;
        this.path = path;
        this.signs = signs;
        this.relations = relations;
    }

    @Nullable
    String objection(KnownTree tree, List<FunctionName> seenByFacts) {
        Set<String> names = new HashSet<>();
        for (FunctionCall call : tree.functions()) {
            names.add(call.name());
            String objection = ofCall(call);
            if (objection != null) {
                return objection;
            }
        }
        for (FunctionName function : seenByFacts) {
            if (!names.contains(function.name())) {
                return function.name() + " is called in a place that is not known";
            }
        }
        String objection = ofOperators();
        if (objection == null) {
            objection = ofCasts();
        }
        return objection != null ? objection : ofAttributes(tree);
    }

    private @Nullable String ofCall(FunctionCall call) {
        if (call.grammar() && !Steadiness.isSteadyForm(call.name())) {
            return call.name() + " is not steady";
        }
        List<Routine> named = catalog.routines(call.schema(), call.name(), path);
        Set<Integer> arguments = signs.argumentsOf(call.name());
        List<Routine> meant =
                named.stream().filter(routine -> accepts(routine, arguments)).toList();
        if (named.isEmpty()) {
            return call.grammar() ? null : call.name() + " is not known";
        }
        // In FROM, unnest takes more arguments than it has.
        return of(meant.isEmpty() ? named : meant);
    }

    private static boolean accepts(Routine routine, Set<Integer> arguments) {
        for (int number : arguments.isEmpty() ? ANY_NUMBER : arguments) {
            if (routine.accepts(number)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable String of(Collection<Routine> routines) {
        for (Routine routine : routines) {
            String objection = of(routine);
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    private @Nullable String of(Routine routine) {
        if (!steadiness.isSteady(routine)) {
            return routine.qualifiedName() + " is not steady";
        }
        return ofDeclared(routine);
    }

    /** Adds the tables that a function reads. */
    private @Nullable String ofDeclared(Routine routine) {
        Set<QualifiedName> read = declared.readBy(routine.schema(), routine.name());
        for (QualifiedName table : read == null ? Set.<QualifiedName>of() : read) {
            String objection = relations.add(table);
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    /** Of what runs when the relations are read. */
    @Nullable
    String ofRelations() {
        for (StoredRelation relation : relations.named().values()) {
            for (Routine routine : catalog.routinesOf(relation)) {
                if (!steadiness.isSteadyWhereStored(routine)) {
                    return routine.qualifiedName() + ", which " + relation.qualifiedName() + " calls, is not steady";
                }
                readsSettings |= Steadiness.readsSettings(routine);
                String objection = ofDeclared(routine);
                if (objection != null) {
                    return objection;
                }
            }
        }
        return null;
    }

    /** Whether what runs when the relations are read asks for settings. */
    boolean readsSettings() {
        return readsSettings;
    }

    private @Nullable String ofOperators() {
        for (String operator : BEHIND_WORDS) {
            String objection = of(catalog.operatorRoutines(null, operator, path));
            if (objection != null) {
                return objection;
            }
        }
        for (QualifiedName operator : signs.operators()) {
            String objection = of(catalog.operatorRoutines(operator.schema(), operator.name(), path));
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    /** Users' casts that are implicit may be anywhere; which others are meant, a text does not tell. */
    private @Nullable String ofCasts() {
        for (Cast cast : catalog.casts()) {
            String objection = cast.implicit() || signs.casts() ? of(cast.routine()) : null;
            if (objection != null) {
                return objection;
            }
        }
        return signs.casts() || signs.hasValues() ? of(catalog.domainRoutines()) : null;
    }

    /** {@code t.f} calls {@code f(t)} if there is no such column. */
    private @Nullable String ofAttributes(KnownTree tree) {
        for (Attribute attribute : signs.attributes()) {
            String objection = null;
            for (Routine routine : catalog.routines(null, attribute.name(), path)) {
                if (routine.accepts(1) && objection == null) {
                    objection = of(routine);
                }
            }
            if (objection != null && !isColumn(attribute, tree)) {
                return objection;
            }
        }
        return null;
    }

    /** Certain only where nothing but tables can have the name in front of the dot. */
    private boolean isColumn(Attribute attribute, KnownTree tree) {
        boolean tablesOnly = tree.commonTables().isEmpty()
                && tree.functions().stream().noneMatch(FunctionCall::inFrom)
                && tree.levels().stream().noneMatch(ReadFunctions::isInFrom);
        if (!tablesOnly || attribute.qualifier() == null) {
            return false;
        }
        boolean found = false;
        for (Map.Entry<Relation, StoredRelation> each : relations.named().entrySet()) {
            if (Objects.equals(each.getKey().visibleName(), attribute.qualifier())) {
                found = true;
                if (!each.getKey().columnAliases().isEmpty()
                        || each.getValue().column(attribute.name()).isEmpty()) {
                    return false;
                }
            }
        }
        return found;
    }

    private static boolean isInFrom(QueryLevel level) {
        return level.place() == QueryLevel.Place.FROM || level.place() == QueryLevel.Place.LATERAL;
    }
}
