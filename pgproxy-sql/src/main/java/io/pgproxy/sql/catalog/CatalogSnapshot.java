package io.pgproxy.sql.catalog;

import io.pgproxy.sql.catalog.RelationLookup.Absent;
import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.sql.catalog.RelationLookup.Unknown;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A database's catalogue at one moment, in memory. */
final class CatalogSnapshot implements Catalog {
    private static final long[] NONE = {};

    /** What a reader found, before it is packed. */
    static final class Parts {
        final Instant readAt;
        final int version;
        /** Schemas by name; true where everybody has the right to use them. */
        final Map<String, Boolean> schemas = new HashMap<>();

        final Map<Long, StoredRelation> relations = new LinkedHashMap<>();
        final Map<Long, List<Long>> children = new HashMap<>();
        final Map<Long, List<Long>> parents = new HashMap<>();
        final Map<Long, Set<Long>> uses = new HashMap<>();
        final Map<Long, Set<Long>> calls = new HashMap<>();
        final Map<Long, List<ForeignKey>> foreignKeys = new HashMap<>();
        final Set<Long> varying = new HashSet<>();
        final Set<Long> unknownCode = new HashSet<>();
        boolean eventTriggers;
        final Map<Long, Routine> routines = new HashMap<>();
        final List<Operator> operators = new ArrayList<>();
        final List<Cast> casts = new ArrayList<>();
        final List<Routine> domainRoutines = new ArrayList<>();
        final SessionDefaults sessionDefaults;

        Parts(Instant readAt, int version, SessionDefaults sessionDefaults) {
            this.readAt = readAt;
            this.version = version;
            this.sessionDefaults = sessionDefaults;
        }
    }

    /** An operator that is not built in. */
    record Operator(String schema, String name, Routine routine) {}

    private final Instant readAt;
    private final int version;
    private final Map<String, Boolean> schemas;
    private final OidMap<StoredRelation> relations;
    private final NameIndex<StoredRelation> relationNames;
    private final OidMap<long[]> children;
    private final OidMap<long[]> parents;
    private final OidMap<long[]> uses;
    private final OidMap<long[]> calls;
    private final OidMap<List<ForeignKey>> foreignKeys;
    private final Set<Long> varying;
    private final Set<Long> unknownCode;
    private final boolean eventTriggers;
    private final OidMap<Routine> routines;
    private final NameIndex<Routine> routineNames;
    private final NameIndex<Operator> operators;
    private final List<Cast> casts;
    private final List<Routine> domainRoutines;
    private final SessionDefaults sessionDefaults;

    CatalogSnapshot(Parts parts) {
        readAt = parts.readAt;
        version = parts.version;
        schemas = Map.copyOf(parts.schemas);
        relations = OidMap.of(parts.relations);
        relationNames = new NameIndex<>(relations.values(), StoredRelation::schema, StoredRelation::name);
        children = packed(parts.children);
        parents = packed(parts.parents);
        uses = packed(parts.uses);
        calls = packed(parts.calls);
        foreignKeys = OidMap.of(parts.foreignKeys);
        varying = Set.copyOf(parts.varying);
        unknownCode = Set.copyOf(parts.unknownCode);
        eventTriggers = parts.eventTriggers;
        routines = OidMap.of(parts.routines);
        routineNames = new NameIndex<>(routines.values(), Routine::schema, Routine::name);
        operators = new NameIndex<>(parts.operators.stream(), Operator::schema, Operator::name);
        casts = List.copyOf(parts.casts);
        domainRoutines = List.copyOf(parts.domainRoutines);
        sessionDefaults = parts.sessionDefaults;
    }

    private static OidMap<long[]> packed(Map<Long, ? extends Collection<Long>> lists) {
        Map<Long, long[]> arrays = new HashMap<>();
        lists.forEach((oid, list) ->
                arrays.put(oid, list.stream().mapToLong(Long::longValue).toArray()));
        return OidMap.of(arrays);
    }

    @Override
    public boolean isKnown() {
        return true;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public Instant readAt() {
        return readAt;
    }

    @Override
    public RelationLookup relation(@Nullable String schema, String name, SearchPath path) {
        if (schema != null && !schemas.containsKey(schema)) {
            return isUnread(schema)
                    ? new Unknown(schema + " is a schema that only its session knows, or the server itself")
                    : Absent.ABSENT;
        }
        List<StoredRelation> named = relationNames.named(name);
        StoredRelation first = null;
        for (String each : schema != null ? Set.of(schema) : path.forRelations()) {
            if (each.equals(SearchPath.PG_TEMP)) {
                if (first == null && path.temporaryTables()) {
                    return new Unknown(name + " may be a temporary relation of the session");
                }
                continue;
            }
            StoredRelation found = in(each, named);
            if (found != null && first != null) {
                return new Unknown(first.qualifiedName() + " hides " + found.qualifiedName()
                        + " from those only who may use the schema " + first.schema());
            }
            if (found == null && isUnread(each)) {
                return new Unknown(each + " is a schema that has not been read");
            }
            if (found != null) {
                if (schema != null || schemas.getOrDefault(each, false)) {
                    return new Found(found);
                }
                first = found;
            }
        }
        return first == null ? Absent.ABSENT : new Found(first);
    }

    private static @Nullable StoredRelation in(String schema, List<StoredRelation> named) {
        for (StoredRelation relation : named) {
            if (relation.schema().equals(schema)) {
                return relation;
            }
        }
        return null;
    }

    /** Schemas that sessions have for themselves, and that of TOAST tables, are not read. */
    private static boolean isUnread(String schema) {
        return schema.equals(SearchPath.PG_TEMP) || schema.startsWith("pg_temp_") || schema.startsWith("pg_toast");
    }

    @Override
    public Optional<StoredRelation> relation(long oid) {
        return Optional.ofNullable(relations.get(oid));
    }

    @Override
    public List<StoredRelation> parents(StoredRelation relation) {
        return relations(parents, relation);
    }

    @Override
    public List<StoredRelation> children(StoredRelation relation) {
        return relations(children, relation);
    }

    @Override
    public List<StoredRelation> family(StoredRelation relation) {
        return reached(relation, this::children);
    }

    @Override
    public List<StoredRelation> uses(StoredRelation relation) {
        return relations(uses, relation);
    }

    /** What is read when a relation is: a materialized view's query is not run then. */
    private List<StoredRelation> opened(StoredRelation relation) {
        return relation.kind() == RelationKind.MATERIALIZED_VIEW ? List.of() : uses(relation);
    }

    @Override
    public List<StoredRelation> baseRelations(StoredRelation relation) {
        return reached(relation, this::opened).stream()
                .filter(each -> each.kind() != RelationKind.VIEW)
                .toList();
    }

    @Override
    public boolean varies(StoredRelation relation) {
        return reached(relation, this::opened).stream()
                .anyMatch(each -> each.kind() != RelationKind.MATERIALIZED_VIEW && varying.contains(each.oid()));
    }

    @Override
    public List<ForeignKey> foreignKeysTo(StoredRelation relation) {
        List<ForeignKey> found = foreignKeys.get(relation.oid());
        return found == null ? List.of() : Collections.unmodifiableList(found);
    }

    @Override
    public boolean runsUnknownCode(StoredRelation relation) {
        return unknownCode.contains(relation.oid());
    }

    @Override
    public boolean hasEventTriggers() {
        return eventTriggers;
    }

    @Override
    public List<Routine> routinesOf(StoredRelation relation) {
        Set<Routine> found = new LinkedHashSet<>();
        for (StoredRelation each : reached(relation, this::opened)) {
            long[] called = each.kind() == RelationKind.MATERIALIZED_VIEW ? null : calls.get(each.oid());
            Arrays.stream(Objects.requireNonNullElse(called, NONE))
                    .mapToObj(routines::get)
                    .filter(Objects::nonNull)
                    .forEach(found::add);
        }
        return List.copyOf(found);
    }

    private List<StoredRelation> relations(OidMap<long[]> lists, StoredRelation of) {
        long[] oids = lists.get(of.oid());
        return oids == null
                ? List.of()
                : Arrays.stream(oids)
                        .mapToObj(relations::get)
                        .filter(Objects::nonNull)
                        .toList();
    }

    /** The start, and whatever is reached from it, each once. */
    private static List<StoredRelation> reached(
            StoredRelation start, Function<StoredRelation, List<StoredRelation>> next) {
        Map<Long, StoredRelation> seen = new LinkedHashMap<>();
        Deque<StoredRelation> open = new ArrayDeque<>();
        open.add(start);
        while (!open.isEmpty()) {
            StoredRelation each = open.removeFirst();
            if (seen.putIfAbsent(each.oid(), each) == null) {
                open.addAll(next.apply(each));
            }
        }
        return List.copyOf(seen.values());
    }

    @Override
    public List<Routine> routines(@Nullable String schema, String name, SearchPath path) {
        return routineNames.visible(schema, name, path.forFunctions());
    }

    @Override
    public List<Routine> operatorRoutines(@Nullable String schema, String operator, SearchPath path) {
        return operators.visible(schema, operator, path.forFunctions()).stream()
                .map(Operator::routine)
                .toList();
    }

    @Override
    public List<Cast> casts() {
        return casts;
    }

    @Override
    public Optional<String> sessionDefault(String role, String setting) {
        return sessionDefaults.value(role, setting);
    }

    @Override
    public List<Routine> domainRoutines() {
        return domainRoutines;
    }

    @Override
    public String toString() {
        return "catalogue of " + readAt;
    }
}
