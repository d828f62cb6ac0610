package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.pool.NameUse.Kind;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.Discarded.What;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gathers what the statements of a text leave behind. */
final class FootprintBuilder {
    private static final Set<String> CHARACTERISTICS =
            Set.of("default_transaction_isolation", "default_transaction_read_only", "default_transaction_deferrable");

    /** Kinds of definitions that leave the columns of prepared statements as they are, and come often. */
    private static final Set<StatementKind> HARMLESS_DEFINITIONS =
            Set.of(StatementKind.COMMENT, StatementKind.GRANT, StatementKind.REVOKE);

    private int traits;
    private final Set<String> settings = new HashSet<>();
    private final List<NameUse> names = new ArrayList<>(0);
    private final Set<Integer> parameters = new HashSet<>(0);
    private final boolean standardStrings;
    private boolean sets;

    private FootprintBuilder(boolean standardStrings) {
        this.standardStrings = standardStrings;
    }

    static Footprint of(SqlAnalysis text, boolean standardStrings) {
        List<AnalyzedStatement> statements = text.statements();
        FootprintBuilder builder = new FootprintBuilder(standardStrings);
        for (int i = 0; i < statements.size(); i++) {
            builder.add(statements.get(i), i);
        }
        if (statements.size() > 1) {
            builder.traits |= Footprint.SEVERAL;
        }
        // pg_prepared_statements, the view, and the function behind it; escapes may spell them, too
        if (text.text().mentions("prepared") || text.text().mentions("u&\"")) {
            builder.traits |= Footprint.LISTS_STATEMENTS;
        }
        return builder.build();
    }

    private Footprint inner(AnalyzedStatement statement, Facts facts) {
        FootprintBuilder builder = new FootprintBuilder(standardStrings);
        builder.add(statement, facts, 0);
        return builder.build();
    }

    private Footprint build() {
        if (!sets && !settings.isEmpty()) {
            traits |= Footprint.RESETS;
        }
        if (!parameters.isEmpty()) {
            traits |= Footprint.SETS_BY_PARAMETER;
        }
        return traits == 0 && settings.isEmpty() && names.isEmpty()
                ? Footprint.NONE
                : new Footprint(traits, Set.copyOf(settings), Set.copyOf(parameters), List.copyOf(names));
    }

    private void add(AnalyzedStatement statement, int index) {
        Facts facts = statement.facts();
        if (facts.kind() == StatementKind.PREPARE) {
            for (SessionEffect effect : facts.effects()) {
                if (effect instanceof SessionEffect.StatementPrepared prepared) {
                    Facts inner = facts.inner();
                    Footprint left = inner == null ? Footprint.UNKNOWN : inner(statement, inner);
                    names.add(new NameUse(index, Kind.PREPARES, prepared.name(), statement.sql(), left));
                }
            }
        } else {
            add(statement, facts, index);
        }
    }

    private void add(AnalyzedStatement statement, Facts facts, int index) {
        for (SessionEffect effect : facts.effects()) {
            effect(effect, index);
        }
        for (FunctionName function : facts.functions()) {
            function(function, statement);
        }
        StatementKind kind = facts.kind();
        if (kind == StatementKind.LOAD) {
            traits |= Footprint.TAINTS;
        } else if (kind == StatementKind.SET_SESSION_CHARACTERISTICS) {
            set(CHARACTERISTICS);
        } else if (makesTable(facts)
                || (facts.family() == StatementFamily.DDL && !HARMLESS_DEFINITIONS.contains(kind))) {
            traits |= Footprint.PINS | Footprint.UNPINS | Footprint.DEFINES; // pg_temp may be first in the path
        } else if (kind == StatementKind.BEGIN) {
            traits |= Footprint.BEGINS;
        } else if (kind == StatementKind.COMMIT
                || kind == StatementKind.ROLLBACK
                || kind == StatementKind.PREPARE_TRANSACTION) {
            traits |= Footprint.ENDS;
        } else if (kind == StatementKind.UNKNOWN) {
            traits |= Footprint.UNKNOWN.traits();
        } else if (kind == StatementKind.CALL || kind == StatementKind.DO) {
            traits |= Footprint.UNTRACKED | Footprint.DEFINES;
        }
    }

    private static boolean makesTable(Facts facts) {
        Facts inner = facts.inner();
        return facts.kind() == StatementKind.SELECT_INTO || (inner != null && makesTable(inner));
    }

    private void effect(SessionEffect effect, int index) {
        if (effect instanceof SessionEffect.SettingSet set) {
            if (set.name().equals(SettingsSql.AUTHORIZATION) && set.scope() != SessionEffect.Scope.SESSION) {
                sets = true;
                settings.add(SettingsSql.ROLE); // which does not come back with the transaction's end
            }
            if (set.scope() == SessionEffect.Scope.LOCAL) {
                traits |= SettingsSql.OF_READING.contains(set.name()) ? Footprint.SETS_LOCALLY : 0;
            } else if (!isOfTransaction(set.name())) {
                sets |= set.becomes() != SessionEffect.Becomes.DEFAULT;
                settings.add(set.name());
                traits |= set.name().equals("seed") ? Footprint.TAINTS : 0;
            }
        } else if (effect instanceof SessionEffect.SettingReset reset) {
            settings.add(reset.name());
        } else if (effect instanceof SessionEffect.AllReset) {
            traits |= Footprint.RESETS_ALL;
        } else if (effect instanceof SessionEffect.Discarded discarded) {
            traits |= Footprint.UNPINS | (discarded.what() == What.ALL ? Footprint.RESETS_ALL : 0);
            if (discarded.what() == What.ALL) {
                settings.addAll(SettingsSql.WHO);
                names.add(new NameUse(index, Kind.FORGETS_ALL, ""));
            }
        } else if (effect instanceof SessionEffect.StatementExecuted executed) {
            names.add(new NameUse(index, Kind.EXECUTES, executed.name()));
        } else if (effect instanceof SessionEffect.StatementDeallocated deallocated) {
            names.add(new NameUse(index, Kind.FORGETS, deallocated.name()));
        } else if (effect instanceof SessionEffect.AllDeallocated) {
            names.add(new NameUse(index, Kind.FORGETS_ALL, ""));
        } else {
            traits |= other(effect);
        }
    }

    private static int other(SessionEffect effect) {
        if (effect instanceof SessionEffect.Listening
                || effect instanceof SessionEffect.TemporaryObjectCreated
                || (effect instanceof SessionEffect.CursorDeclared declared && declared.hold())) {
            return Footprint.PINS;
        }
        if (effect instanceof SessionEffect.Unlistened
                || effect instanceof SessionEffect.AllUnlistened
                || effect instanceof SessionEffect.CursorClosed
                || effect instanceof SessionEffect.AllCursorsClosed) {
            return Footprint.UNPINS;
        }
        return effect instanceof SessionEffect.Untracked ? Footprint.UNTRACKED : 0;
    }

    /** {@code SET transaction_isolation} and its like are over with the transaction. */
    private static boolean isOfTransaction(String setting) {
        return setting.startsWith("transaction_") && !setting.equals("transaction_timeout");
    }

    private void function(FunctionName function, AnalyzedStatement statement) {
        FunctionVerdict verdict = FunctionPolicy.readOnly().decide(function);
        if (verdict instanceof FunctionVerdict.Allowed allowed) {
            traits |= harmless(function.name(), allowed.effect());
        } else if (verdict instanceof FunctionVerdict.Refused refused) {
            if (refused.effect() == FunctionEffect.SETS_SETTING) {
                SetConfigCalls calls = SetConfigCalls.of(statement, standardStrings);
                set(calls.settings());
                parameters.addAll(calls.parameters());
                traits |= (calls.changesReading() ? Footprint.SETS_LOCALLY : 0)
                        | (calls.isComplete() ? 0 : Footprint.SETS_UNKNOWN);
            } else {
                traits |= harmful(function.name(), refused.effect());
            }
        } else {
            traits |= Footprint.UNTRACKED;
        }
    }

    private void set(Set<String> more) {
        sets = true;
        settings.addAll(more);
    }

    private static int harmless(String name, FunctionEffect effect) {
        return switch (name) {
            case "currval", "lastval" -> Footprint.RECALLS;
            case "setseed" -> Footprint.TAINTS;
            default ->
                effect == FunctionEffect.SESSION_STATE && name.startsWith("pg_advisory_unlock") ? Footprint.UNPINS : 0;
        };
    }

    private static int harmful(String name, FunctionEffect effect) {
        return switch (effect) {
            case SEQUENCE, NOTIFIES, LARGE_OBJECT, SERVER_FILES, OTHER_SESSIONS -> 0;
            case LOCKS -> name.contains("_xact_") ? 0 : Footprint.PINS;
            case OTHER_SERVER -> name.startsWith("dblink_connect") ? Footprint.TAINTS : Footprint.UNTRACKED;
            case ADMINISTERS -> name.startsWith("pg_replication_origin_session") ? Footprint.TAINTS : 0;
            default -> Footprint.UNTRACKED;
        };
    }
}
