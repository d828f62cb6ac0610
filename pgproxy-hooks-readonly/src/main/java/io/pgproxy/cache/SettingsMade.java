package io.pgproxy.cache;

import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Outcome;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.Catalog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session has made of its settings, as far as its statements tell: most settings are never reported by the
 * server. On its event loop only.
 *
 * <p>While a change is under way, or in a block that may take it back, nobody knows what holds. What was done by
 * something that cannot be read stays unknown until everything is taken back.
 */
final class SettingsMade {
    private static final String ROLE = "role";
    private static final String SESSION_AUTHORIZATION = "session_authorization";

    /**
     * What no result depends on, and drivers and tools set in many ways. Whoever asks for the first of them in a view
     * is found out by other means.
     */
    static final Set<String> OF_NO_RESULT = Set.of(
            "application_name",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "idle_session_timeout",
            "transaction_timeout");

    private static final int MOST_IN_DOUBT = 100;

    private Map<String, List<String>> made = Map.of();
    private boolean temporary;
    private boolean unknown;

    private final List<Change> pending = new ArrayList<>();
    private final List<List<SessionEffect>> inTransaction = new ArrayList<>();
    private boolean unseenInTransaction;
    private final Set<Doubt> inDoubtInTransaction = new HashSet<>(2);

    /** What may have changed settings unseen, or not: nobody knows yet. */
    private final Set<Doubt> inDoubt = new HashSet<>(2);

    private final ParsedUnder parsedUnder = new ParsedUnder();

    /** An execution that changes settings; it has no effects if it runs what nobody can read, or maybe not. */
    private record Change(
            Execution execution,
            @Nullable List<SessionEffect> effects,
            @Nullable Doubt doubt) {}

    /** {@return whether it is known what holds} */
    boolean areKnown() {
        return !unknown
                && pending.isEmpty()
                && inTransaction.isEmpty()
                && !unseenInTransaction
                && inDoubtInTransaction.isEmpty()
                && inDoubt.isEmpty();
    }

    /** {@return what was set and not taken back, by lower-case name; never changed} */
    Map<String, List<String>> made() {
        return made;
    }

    /** {@return whether there may be temporary relations} */
    boolean hasTemporary() {
        return temporary;
    }

    /** Nothing of what was before is known. */
    void lost() {
        unknown = true;
        temporary = true;
    }

    /**
     * Something is about to be sent.
     *
     * @param unseen whether it runs what nobody can read
     * @param doubt tells later whether it has, if that is not known yet
     */
    void willRun(Execution execution, Facts facts, boolean unseen, @Nullable Doubt doubt) {
        if (unseen && doubt != null && !changes(facts)) {
            pending.add(new Change(execution, null, doubt));
        } else if (unseen || changes(facts)) {
            boolean untold = unseen || facts.kind() == StatementKind.ROLLBACK_TO;
            willRun(execution, untold ? null : facts.effects());
        }
    }

    /**
     * Something is about to be sent that changes settings.
     *
     * @param effects what it does; null if that cannot be told
     */
    void willRun(Execution execution, @Nullable List<SessionEffect> effects) {
        pending.add(new Change(execution, effects, null));
        if (effects == null || shapesConstants(effects)) {
            parsedUnder.change();
        }
    }

    private static boolean shapesConstants(List<SessionEffect> effects) {
        for (SessionEffect effect : effects) {
            boolean other = (effect instanceof SessionEffect.SettingSet set && !ParsedUnder.counts(set.name()))
                    || (effect instanceof SessionEffect.SettingReset reset && !ParsedUnder.counts(reset.name()))
                    || effect instanceof SessionEffect.TemporaryObjectCreated;
            if (!other) {
                return true;
            }
        }
        return false;
    }

    /** {@return what is known of the session's prepared statements} */
    ParsedUnder parsedUnder() {
        return parsedUnder;
    }

    private boolean changes(Facts facts) {
        if (facts.kind() == StatementKind.ROLLBACK_TO) {
            return !inTransaction.isEmpty() || !pending.isEmpty();
        }
        List<SessionEffect> effects = facts.effects();
        for (int i = 0; i < effects.size(); i++) {
            if (isOfInterest(effects.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfInterest(SessionEffect effect) {
        return effect instanceof SessionEffect.SettingSet
                || effect instanceof SessionEffect.SettingReset
                || effect instanceof SessionEffect.AllReset
                || effect instanceof SessionEffect.TemporaryObjectCreated
                || effect instanceof SessionEffect.Untracked
                || (effect instanceof SessionEffect.Discarded discarded
                        && (discarded.what() == SessionEffect.Discarded.What.ALL
                                || discarded.what() == SessionEffect.Discarded.What.TEMP));
    }

    /** {@return whether something is under way} */
    boolean isWaiting() {
        return !pending.isEmpty();
    }

    /** An execution has ended. */
    void completed(Execution execution, Outcome.Status status) {
        Change change = take(execution);
        if (change == null || status == Outcome.Status.REFUSED || status == Outcome.Status.SKIPPED) {
            return;
        }
        if (change.doubt != null) {
            inDoubtInTransaction.add(change.doubt);
        } else if (change.effects == null) {
            unseenInTransaction = true;
        } else if (status == Outcome.Status.SUCCEEDED) {
            inTransaction.add(change.effects);
        } else if (status != Outcome.Status.FAILED) {
            unseenInTransaction = true;
        }
    }

    private @Nullable Change take(Execution execution) {
        for (int i = 0; i < pending.size(); i++) {
            if (pending.get(i).execution == execution) {
                return pending.remove(i);
            }
        }
        return null;
    }

    /** {@return whether something changed with it} */
    boolean ended(Ending ending) {
        if (inTransaction.isEmpty() && !unseenInTransaction && inDoubtInTransaction.isEmpty()) {
            return false;
        }
        doubt(inDoubtInTransaction);
        inDoubtInTransaction.clear();
        if (unseenInTransaction) {
            lost(); // a rollback may not have reached all of it: procedures commit by themselves
        }
        if (ending == Ending.COMMITTED) {
            inTransaction.forEach(this::apply);
        } else if (ending == Ending.UNKNOWN) {
            lost();
        }
        inTransaction.clear();
        unseenInTransaction = false;
        return true;
    }

    private void doubt(Set<Doubt> more) {
        inDoubt.addAll(more);
        if (inDoubt.size() > MOST_IN_DOUBT) {
            inDoubt.clear();
            unseen();
        }
    }

    /** {@return whether it may become known what holds} */
    boolean isInDoubt() {
        return !inDoubt.isEmpty();
    }

    /**
     * Judges what was in doubt.
     *
     * @param catalog is not out of date
     * @param definitions the number of {@link DatabaseVersions#definitions}
     */
    void settle(Catalog catalog, long definitions) {
        for (Doubt doubt : inDoubt) {
            if (doubt.judged(catalog, definitions) instanceof Writing.Everything) {
                unseen();
            }
        }
        inDoubt.clear();
    }

    private void unseen() {
        lost();
        parsedUnder.change();
    }

    private void apply(List<SessionEffect> effects) {
        Map<String, List<String>> changed = new TreeMap<>(made);
        for (SessionEffect effect : effects) {
            if (effect instanceof SessionEffect.SettingSet set) {
                set(changed, set);
            } else if (effect instanceof SessionEffect.SettingReset reset) {
                reset(changed, reset.name());
            } else if (effect instanceof SessionEffect.AllReset) {
                // RESET ALL leaves these two: they have the flag GUC_NO_RESET_ALL.
                changed.keySet().removeIf(name -> !name.equals(ROLE) && !name.equals(SESSION_AUTHORIZATION));
            } else if (effect instanceof SessionEffect.TemporaryObjectCreated) {
                temporary = true;
            } else if (effect instanceof SessionEffect.Untracked) {
                lost();
            } else if (effect instanceof SessionEffect.Discarded discarded) {
                discarded(changed, discarded.what());
            }
        }
        made = Map.copyOf(changed);
    }

    private void set(Map<String, List<String>> changed, SessionEffect.SettingSet set) {
        if (set.name().equals(SESSION_AUTHORIZATION)) {
            changed.remove(ROLE);
        }
        if (set.scope() == SessionEffect.Scope.LOCAL) {
            return; // it ends with the transaction
        }
        switch (set.becomes()) {
            case VALUES -> {
                if (!OF_NO_RESULT.contains(set.name())) {
                    changed.put(set.name(), set.values());
                }
            }
            case DEFAULT -> reset(changed, set.name());
            case UNKNOWN -> unknown = true;
        }
    }

    private static void reset(Map<String, List<String>> changed, String name) {
        changed.remove(name);
        if (name.equals(SESSION_AUTHORIZATION)) {
            changed.remove(ROLE);
        }
    }

    private void discarded(Map<String, List<String>> changed, SessionEffect.Discarded.What what) {
        if (what == SessionEffect.Discarded.What.ALL) {
            changed.clear();
            inDoubt.clear();
            unknown = false;
        }
        if (what == SessionEffect.Discarded.What.ALL || what == SessionEffect.Discarded.What.TEMP) {
            temporary = false;
        }
    }

    /** {@return the names of what was set; no value} */
    @Override
    public String toString() {
        return "SettingsMade" + made.keySet();
    }
}
