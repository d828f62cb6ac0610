package io.pgproxy.sql.catalog;

import io.pgproxy.sql.QualifiedName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The functions that a rule names: by name wherever they are, by schema and name, or all of a schema. */
final class NameRules {
    private final Set<String> names;
    private final Set<QualifiedName> qualified;
    private final Set<String> schemas;

    NameRules() {
        names = new HashSet<>();
        qualified = new HashSet<>();
        schemas = new HashSet<>();
    }

    private NameRules(NameRules other) {
        names = Set.copyOf(other.names);
        qualified = Set.copyOf(other.qualified);
        schemas = Set.copyOf(other.schemas);
    }

    NameRules copy() {
        return new NameRules(this);
    }

    void add(String... added) {
        names.addAll(List.of(added));
    }

    void addIn(String schema, String name) {
        qualified.add(new QualifiedName(schema, name));
    }

    void addSchema(String schema) {
        schemas.add(schema);
    }

    /** Whether the name is meant in whatever schema the function is. */
    boolean hasName(String name) {
        return names.contains(name);
    }

    /** Whether a function of this schema is meant, by its name in any schema included. */
    boolean has(String schema, String name) {
        return hasName(name) || schemas.contains(schema) || qualified.contains(new QualifiedName(schema, name));
    }

    /** Whether a function of this name is meant in some schema; rules for whole schemas do not count. */
    boolean hasInAnySchema(String name) {
        return hasName(name) || qualified.stream().anyMatch(each -> each.name().equals(name));
    }
}
