package io.pgproxy.core.internal.pool;

import io.pgproxy.pool.UntrackedState;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client's session is, wherever it runs: its settings and its prepared statements; what binds it to the
 * connection it has; and what its transaction has done so far that has to be looked at when it is over.
 */
final class ClientState {
    private final KeyedPool home;
    private final String applicationName;
    private final Map<String, ClientStatement> statements = new LinkedHashMap<>(); // in the order of preparation
    private Map<String, String> settings;

    /** Those by which texts are read; an instance that equal ones share. */
    private Map<String, String> reading = Map.of();

    private final Set<PinReason> pins = EnumSet.noneOf(PinReason.class);
    private volatile Set<PinReason> shownPins = Set.of();
    private @Nullable PooledStatement unnamed;

    private int traits;
    private final Set<String> touched = new HashSet<>();
    private boolean plainResets = true;
    private boolean nameReset;

    /** Whether what is asked for may have been reset to what the connection was opened with, not the client. */
    private boolean nameMayBeReset;

    private boolean recalls;
    private boolean failed;

    ClientState(KeyedPool home, String applicationName) {
        this.home = home;
        this.applicationName = applicationName;
        this.settings = home.canonical(Map.of(SettingsSql.APPLICATION_NAME, applicationName));
    }

    private void set(String name, @Nullable String value) {
        Map<String, String> next = new HashMap<>(settings);
        if (value == null) {
            next.remove(name);
        } else {
            next.put(name, value);
        }
        settings = home.canonical(next);
        if (SettingsSql.OF_READING.contains(name)) {
            next.keySet().retainAll(SettingsSql.OF_READING);
            reading = next.isEmpty() ? Map.of() : home.canonical(next);
        }
    }

    /** Its settings other than by start-up parameters; an instance that equal ones share, not to be changed. */
    Map<String, String> settings() {
        return settings;
    }

    /** The settings by which texts are read, as they were when the transaction began; equal if they are read alike. */
    Map<String, String> reading() {
        return reading;
    }

    /**
     * By what texts are read now, equal if they are read alike. While a transaction has changed settings in a way that
     * only the server knows, nobody else's are like it.
     */
    Object circumstances() {
        boolean unsure = touched.stream().anyMatch(SettingsSql.OF_READING::contains)
                || has(Footprint.SETS_LOCALLY | Footprint.RESETS_ALL | Footprint.SETS_UNKNOWN | Footprint.UNTRACKED)
                || pins.contains(PinReason.SETTING)
                || pins.contains(PinReason.UNTRACKED);
        return unsure ? new Object() : reading;
    }

    /** What it has prepared, by its own names. */
    Map<String, ClientStatement> statements() {
        return statements;
    }

    @Nullable
    PooledStatement unnamed() {
        return unnamed;
    }

    void unnamed(@Nullable PooledStatement statement) {
        unnamed = statement;
    }

    boolean isPinned() {
        return !pins.isEmpty();
    }

    /** Why it keeps its connection. From any thread. */
    Set<PinReason> pins() {
        return shownPins;
    }

    void pin(PinReason reason) {
        if (pins.add(reason)) {
            show();
        }
    }

    private void show() {
        boolean before = !shownPins.isEmpty();
        shownPins = Collections.unmodifiableSet(EnumSet.copyOf(pins));
        if (before != isPinned()) {
            home.counts().pinned.addAndGet(isPinned() ? 1 : -1);
        }
    }

    /** It has no connection any more. */
    void unpin() {
        if (isPinned()) {
            pins.clear();
            show();
        }
    }

    /**
     * A statement is about to run.
     *
     * @param left what it leaves behind
     * @param connection where
     * @param alone whether it is a Query of its own outside a block: what it does is not taken back later
     */
    void began(Footprint left, PooledConnection connection, boolean alone) {
        traits |= left.traits();
        for (String setting : left.settings()) {
            touched.add(setting);
            connection.settings().changed(setting, null);
        }
        if (left.has(Footprint.RESETS_ALL)) {
            Set<String> all = new HashSet<>(settings.keySet());
            all.addAll(connection.settings().names());
            all.removeAll(SettingsSql.WHO);
            touched.addAll(all);
            connection.settings().allReset();
        }
        if (!left.settings().isEmpty() && !left.has(Footprint.RESETS)) {
            plainResets = false;
        }
        plainResets &= alone;
        if (left.has(Footprint.RESETS_ALL) || left.settings().contains(SettingsSql.APPLICATION_NAME)) {
            nameReset = left.has(Footprint.RESETS_ALL | Footprint.RESETS);
        }
        if (left.has(Footprint.DEFINES)) {
            home.pool().defined(); // for those who prepare it within the transaction; at its end for all others
        }
        if (left.has(Footprint.UNTRACKED)) {
            untracked(connection);
        }
        if (left.has(Footprint.SETS_UNKNOWN | Footprint.SETS_BY_PARAMETER)) {
            connection.needsFullReset();
            pin(PinReason.SETTING);
        }
        if (left.has(Footprint.TAINTS)) {
            connection.taint();
            pin(PinReason.TAINT);
        }
        if (!left.names().isEmpty()) {
            executes(left, connection);
        }
    }

    /** What is executed by name may have been prepared in the same text. */
    private void executes(Footprint left, PooledConnection connection) {
        Map<String, Footprint> prepared = new HashMap<>(0);
        for (NameUse use : left.names()) {
            if (use.kind() == NameUse.Kind.PREPARES) {
                prepared.put(use.name(), use.inner());
            } else if (use.kind() == NameUse.Kind.EXECUTES) {
                ClientStatement before = statements.get(use.name());
                Footprint executed = prepared.getOrDefault(
                        use.name(),
                        before == null ? Footprint.NONE : before.statement().footprint());
                // a statement that executes another one may execute itself
                began(executed.names().isEmpty() ? executed : Footprint.UNKNOWN, connection, false);
            }
        }
    }

    private void untracked(PooledConnection connection) {
        UntrackedState policy = home.settings().untrackedState();
        if (policy != UntrackedState.TRUST) {
            connection.needsFullReset();
        }
        if (policy == UntrackedState.PIN) {
            pin(PinReason.UNTRACKED);
        }
    }

    /** It asks what sequences have given it. */
    void recalls() {
        recalls = true;
    }

    /** Whether it has asked so before. */
    boolean isRecalling() {
        return recalls;
    }

    void failed() {
        failed = true;
    }

    /** What has failed is going to be done again. */
    void forgetFailure() {
        failed = false;
    }

    /**
     * Its transaction is over, and all is answered.
     *
     * @return what the server has to be asked to know what it has left, or null
     */
    @Nullable
    SessionProbe transactionOver(PooledConnection connection) {
        if (traits == 0 && touched.isEmpty()) {
            failed = false;
            return null;
        }
        if (has(Footprint.DEFINES)) {
            home.pool().defined();
        }
        boolean things = has(Footprint.PINS) || (isPinned() && has(Footprint.UNPINS));
        Set<String> asked = new HashSet<>(touched);
        if (plainResets && !failed) {
            asked.forEach(name -> reset(name, connection));
            asked.clear();
        }
        nameMayBeReset = nameReset;
        forgetTransaction();
        return things || !asked.isEmpty() ? new SessionProbe(things, asked) : null;
    }

    private boolean has(int trait) {
        return (traits & trait) != 0;
    }

    private void forgetTransaction() {
        traits = 0;
        touched.clear();
        plainResets = true;
        nameReset = false;
        failed = false;
    }

    /** It is as when the session began; of the name, which differs from client to client, only we know how that was. */
    private void reset(String name, PooledConnection connection) {
        if (name.equals(SettingsSql.APPLICATION_NAME)) {
            set(name, applicationName);
        } else {
            set(name, null);
            connection.settings().unchanged(name);
        }
    }

    /** The server has said what there is. */
    void probed(SessionProbe probe, OwnQuery answer, PooledConnection connection) {
        var row = answer.rows().get(0);
        probe.values(row).forEach((name, value) -> {
            if (value == null || isNobodyElse(name, value)) {
                set(name, null);
                connection.settings().unchanged(name);
            } else {
                boolean isReset = nameMayBeReset
                        && name.equals(SettingsSql.APPLICATION_NAME)
                        && value.equals(connection.settings().ownName());
                set(name, isReset ? applicationName : value);
                connection.settings().changed(name, value);
            }
        });
        if (probe.asksForThings()) {
            Set<PinReason> found = probe.pins(row);
            pins.removeAll(EnumSet.of(PinReason.LISTEN, PinReason.TEMPORARY, PinReason.CURSOR, PinReason.LOCK));
            pins.addAll(found);
            show();
        }
    }

    private boolean isNobodyElse(String name, String value) {
        return name.equals(SettingsSql.AUTHORIZATION) && value.equals(home.key().user());
    }

    /** Whether the connection has to be cleaned of more than settings. */
    boolean hasLeftThings() {
        return isPinned() || has(Footprint.PINS);
    }

    /** Names pins and settings; no value. */
    @Override
    public String toString() {
        return "ClientState[pins=" + pins + ", settings=" + settings.keySet() + "]";
    }
}
