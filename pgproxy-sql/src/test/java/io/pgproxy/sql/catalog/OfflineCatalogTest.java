package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfflineCatalogTest {
    private static final Catalog OFFLINE = Catalog.offline();
    private static final SearchPath PATH = SearchPath.of("public");
    private static final StoredRelation RELATION =
            new StoredRelation(1, "public", "t", RelationKind.TABLE, false, false, false, List.of(), List.of());

    @Test
    void nothingIsKnownOfRelations() {
        assertThat(OFFLINE.isKnown()).isFalse();
        assertThat(OFFLINE.version()).isZero();
        assertThat(OFFLINE.readAt()).isEqualTo(Instant.EPOCH);
        assertThat(OFFLINE.relation("pg_catalog", "pg_class", PATH))
                .isEqualTo(new RelationLookup.Unknown("no server has been asked"));
        assertThat(OFFLINE.relation(1)).isEmpty();
        assertThat(OFFLINE.parents(RELATION)).isEmpty();
        assertThat(OFFLINE.children(RELATION)).isEmpty();
        assertThat(OFFLINE.family(RELATION)).containsExactly(RELATION);
        assertThat(OFFLINE.uses(RELATION)).isEmpty();
        assertThat(OFFLINE.baseRelations(RELATION)).isEmpty();
    }

    @Test
    void nothingIsKnownOfFunctions() {
        assertThat(OFFLINE.routines(null, "lower", PATH)).isEmpty();
        assertThat(OFFLINE.routinesOf(RELATION)).isEmpty();
        assertThat(OFFLINE.operatorRoutines(null, "+", PATH)).isEmpty();
        assertThat(OFFLINE.casts()).isEmpty();
        assertThat(OFFLINE.domainRoutines()).isEmpty();
    }
}
