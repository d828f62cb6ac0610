package io.pgproxy.sql.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No server has been asked. */
enum OfflineCatalog implements Catalog {
    INSTANCE;

    private static final RelationLookup NOT_ASKED = new RelationLookup.Unknown("no server has been asked");

    @Override
    public boolean isKnown() {
        return false;
    }

    @Override
    public int version() {
        return 0;
    }

    @Override
    public Instant readAt() {
        return Instant.EPOCH;
    }

    @Override
    public RelationLookup relation(@Nullable String schema, String name, SearchPath path) {
        return NOT_ASKED;
    }

    @Override
    public Optional<StoredRelation> relation(long oid) {
        return Optional.empty();
    }

    @Override
    public List<StoredRelation> parents(StoredRelation relation) {
        return List.of();
    }

    @Override
    public List<StoredRelation> children(StoredRelation relation) {
        return List.of();
    }

    @Override
    public List<StoredRelation> family(StoredRelation relation) {
        return List.of(relation);
    }

    @Override
    public List<StoredRelation> uses(StoredRelation relation) {
        return List.of();
    }

    @Override
    public List<StoredRelation> baseRelations(StoredRelation relation) {
        return List.of();
    }

    @Override
    public boolean varies(StoredRelation relation) {
        return true;
    }

    @Override
    public List<ForeignKey> foreignKeysTo(StoredRelation relation) {
        return List.of();
    }

    @Override
    public boolean runsUnknownCode(StoredRelation relation) {
        return true;
    }

    @Override
    public boolean hasEventTriggers() {
        return true;
    }

    @Override
    public List<Routine> routinesOf(StoredRelation relation) {
        return List.of();
    }

    @Override
    public List<Routine> routines(@Nullable String schema, String name, SearchPath path) {
        return List.of();
    }

    @Override
    public List<Routine> operatorRoutines(@Nullable String schema, String operator, SearchPath path) {
        return List.of();
    }

    @Override
    public List<Cast> casts() {
        return List.of();
    }

    @Override
    public Optional<String> sessionDefault(String role, String setting) {
        return Optional.empty();
    }

    @Override
    public List<Routine> domainRoutines() {
        return List.of();
    }
}
