package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Answer;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.SessionEffect;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of a session: prepared statements, by Parse and by SQL alike, and portals, cursors of SQL among them. */
final class SessionNames {
    /** DEALLOCATE ALL and DISCARD ALL leave the unnamed one, which SQL cannot name. */
    final Names<SqlStatement> statements = new Names<>(true);

    final Names<Portal> portals = new Names<>(false);

    /** What a statement of SQL does to names once it succeeds. */
    List<Names.Change<?>> changes(SqlStatement statement, long exchange) {
        List<SessionEffect> effects = statement.facts().effects();
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Names.Change<?>> changes = new ArrayList<>(1);
        for (SessionEffect effect : effects) {
            if (effect instanceof SessionEffect.StatementPrepared prepared) {
                changes.add(statements.change(prepared.name(), statement.named(), exchange));
            } else if (effect instanceof SessionEffect.StatementDeallocated forgotten) {
                changes.add(statements.change(forgotten.name(), null, exchange));
            } else if (effect instanceof SessionEffect.AllDeallocated) {
                changes.add(statements.change(null, null, exchange));
            } else if (effect instanceof SessionEffect.CursorDeclared declared) {
                Portal cursor = new Portal(statement.named(), null, declared.hold());
                changes.add(portals.change(declared.name(), cursor, exchange));
            } else if (effect instanceof SessionEffect.CursorClosed closed) {
                changes.add(portals.change(closed.name(), null, exchange));
            } else if (effect instanceof SessionEffect.AllCursorsClosed) {
                changes.add(portals.change(null, null, exchange));
            } else if (effect instanceof SessionEffect.Discarded discarded
                    && discarded.what() == SessionEffect.Discarded.What.ALL) {
                changes.add(statements.change(null, null, exchange));
                changes.add(portals.change(null, null, exchange));
            }
        }
        return changes;
    }

    /** The answer to DEALLOCATE of a statement that no upstream knows; null if it is none. */
    @Nullable
    Answer deallocation(List<SessionEffect> effects) {
        for (SessionEffect effect : effects) {
            if (effect instanceof SessionEffect.StatementDeallocated forgotten) {
                SqlStatement statement = statements.find(forgotten.name());
                if (statement != null && statement.answer() != null) {
                    return new Answer(List.of(), execution -> {
                        statements.change(forgotten.name(), null, 0).confirm();
                        return Verdict.of(Reply.command("DEALLOCATE"));
                    });
                }
            }
        }
        return null;
    }

    /** A Query makes the server forget the unnamed statement, whatever becomes of the Query; null if there is none. */
    Names.@Nullable Change<?> queried(long exchange) {
        return statements.isFree("") ? null : statements.change("", null, exchange);
    }

    /** What SQL names as a prepared statement, as EXECUTE does, and what that stands for. */
    List<NamedStatement> named(List<SessionEffect> effects) {
        List<NamedStatement> named = List.of();
        for (SessionEffect effect : effects) {
            String name = "";
            if (effect instanceof SessionEffect.StatementExecuted executed) {
                name = executed.name();
            } else if (effect instanceof SessionEffect.StatementDeallocated forgotten) {
                name = forgotten.name();
            } else if (effect instanceof SessionEffect.StatementPrepared prepared) {
                name = prepared.name();
            }
            if (!name.isEmpty()) {
                named = named.isEmpty() ? new ArrayList<>(1) : named;
                named.add(new NamedStatement(name, statements.find(name)));
            }
        }
        return named;
    }

    /** Which statement or cursor EXECUTE, FETCH or MOVE names: null if it is none of them, or nobody knows it. */
    @Nullable
    SqlStatement namedBy(List<SessionEffect> effects) {
        for (SessionEffect effect : effects) {
            if (effect instanceof SessionEffect.StatementExecuted executed) {
                return statements.find(executed.name());
            }
            if (effect instanceof SessionEffect.CursorMoved moved) {
                Portal portal = portals.find(moved.name());
                return portal == null ? null : portal.statement();
            }
        }
        return null;
    }

    /** Whether only answers that are due can tell which statement is named. */
    boolean mustWait(List<SessionEffect> effects, long exchange) {
        for (SessionEffect effect : effects) {
            if (effect instanceof SessionEffect.StatementExecuted executed) {
                return statements.mustWait(executed.name(), exchange);
            }
            if (effect instanceof SessionEffect.CursorMoved moved) {
                return portals.mustWait(moved.name(), exchange);
            }
        }
        return false;
    }

    /** A transaction has ended: of its portals those WITH HOLD alone are left. */
    void transactionOver() {
        if (portals.known().isEmpty()) {
            return;
        }
        for (Iterator<Portal> known = portals.known().values().iterator(); known.hasNext(); ) {
            Portal portal = known.next();
            if (!portal.hold()) {
                known.remove();
                portal.gone();
            }
        }
    }
}
