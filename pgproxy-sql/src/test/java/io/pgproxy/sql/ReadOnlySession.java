package io.pgproxy.sql;

import io.pgproxy.sql.SessionEffect.CursorDeclared;
import io.pgproxy.sql.SessionEffect.CursorMoved;
import io.pgproxy.sql.SessionEffect.SettingReset;
import io.pgproxy.sql.SessionEffect.SettingSet;
import io.pgproxy.sql.SessionEffect.StatementExecuted;
import io.pgproxy.sql.SessionEffect.StatementPrepared;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A session that asks of each statement what a read-only proxy asks. */
final class ReadOnlySession {
    private static final Set<String> PINNED =
            Set.of("transaction_read_only", "default_transaction_read_only", "role", "session_authorization");

    private final Function<FunctionName, Optional<String>> functions;
    private final Set<String> prepared = new HashSet<>();
    private final Set<String> cursors = new HashSet<>();

    /** With what says why a function is refused. */
    ReadOnlySession(Function<FunctionName, Optional<String>> functions) {
        this.functions = functions;
    }

    /** Why a text is refused, or nothing: its strictest statement decides. */
    Optional<String> refusal(SqlAnalysis analysis) {
        if (analysis.problem() != null) {
            return Optional.of(analysis.problem().message());
        }
        return analysis.statements().stream()
                .map(statement -> refusal(statement.facts()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> refusal(Facts facts) {
        Optional<String> byAccess = switch (facts.access()) {
            case LOCK, WRITE, UNKNOWN -> Optional.of(facts.kind() + " is " + facts.access());
            case BY_NAME -> byName(facts);
            case NONE, READ -> Optional.empty();
        };
        return byAccess.or(() -> leavesReadOnly(facts)).or(() -> call(facts)).or(() -> {
            remember(facts);
            return Optional.empty();
        });
    }

    private Optional<String> byName(Facts facts) {
        Facts naming = facts.inner() == null ? facts : facts.inner();
        boolean known = naming.effects().stream()
                .allMatch(effect -> (effect instanceof StatementExecuted executed && prepared.contains(executed.name()))
                        || (effect instanceof CursorMoved moved && cursors.contains(moved.name())));
        return known ? Optional.empty() : Optional.of("a name that was never let pass");
    }

    private static Optional<String> leavesReadOnly(Facts facts) {
        TransactionControl transaction = facts.transaction();
        if (transaction != null && transaction.asksToWrite()) {
            return Optional.of("READ WRITE");
        }
        return facts.effects().stream()
                .map(ReadOnlySession::pinned)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> pinned(SessionEffect effect) {
        if (effect instanceof SettingSet set) {
            if (PINNED.contains(set.name())) {
                return Optional.of(set.name());
            }
            boolean escapes = set.name().equals("standard_conforming_strings")
                    && !set.values().equals(List.of("on"));
            return escapes ? Optional.of(set.name()) : Optional.empty();
        }
        return effect instanceof SettingReset reset && PINNED.contains(reset.name())
                ? Optional.of(reset.name())
                : Optional.empty();
    }

    private Optional<String> call(Facts facts) {
        return facts.functions().stream()
                .map(functions)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private void remember(Facts facts) {
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof StatementPrepared one) {
                prepared.add(one.name());
            } else if (effect instanceof CursorDeclared one) {
                cursors.add(one.name());
            }
        }
    }
}
