package io.pgproxy.sql;

import java.util.List;

/**
 * Something that a statement leaves behind in its session, or takes from it, as far as the text tells: functions such
 * as {@code set_config} are not seen here but in {@link Facts#functions}. A transaction that rolls back takes many of
 * them back.
 */
public sealed interface SessionEffect {
    /** How long a setting stays. */
    enum Scope {
        /** Until the session's end, SET and SET SESSION. */
        SESSION,
        /** Until the transaction's end, SET LOCAL. */
        LOCAL
    }

    /** What a setting becomes. */
    enum Becomes {
        /** The values that stand in the text. */
        VALUES,
        /** What it was when the session began. */
        DEFAULT,
        /** Something that the text does not tell plainly. */
        UNKNOWN
    }

    /**
     * SET in any spelling. The special ones go by the name of the setting behind them, as in the server: ROLE is
     * {@code role}, SESSION AUTHORIZATION {@code session_authorization}, TIME ZONE {@code timezone}, NAMES
     * {@code client_encoding}, SCHEMA {@code search_path}, XML OPTION {@code xmloption}.
     *
     * @param name the setting in lower case, whatever its quotes: the server looks settings up so
     * @param scope how long it stays
     * @param becomes which value it gets
     * @param values the values if {@link Becomes#VALUES}: constants as they read, names folded; else empty
     */
    record SettingSet(String name, Scope scope, Becomes becomes, List<String> values) implements SessionEffect {
        /** Without the values. */
        @Override
        public String toString() {
            return "SettingSet[name=" + name + ", scope=" + scope + ", becomes=" + becomes + "]";
        }
    }

    /**
     * RESET of one setting; for the special spellings see {@link SettingSet}.
     *
     * @param name the setting in lower case
     */
    record SettingReset(String name) implements SessionEffect {}

    /** RESET ALL: every setting but {@code role}, {@code session_authorization} and their like. */
    record AllReset() implements SessionEffect {}

    /**
     * SET CONSTRAINTS, until the transaction's end.
     *
     * @param deferred DEFERRED or IMMEDIATE
     */
    record ConstraintsSet(boolean deferred) implements SessionEffect {}

    /**
     * DISCARD.
     *
     * @param what which things are forgotten
     */
    record Discarded(What what) implements SessionEffect {
        /** What DISCARD forgets. */
        public enum What {
            /** Everything. */
            ALL,
            /** Cached plans. */
            PLANS,
            /** What is known of sequences. */
            SEQUENCES,
            /** Temporary tables. */
            TEMP
        }
    }

    /**
     * PREPARE; {@link Facts#inner} tells what it prepares.
     *
     * @param name the prepared statement
     */
    record StatementPrepared(String name) implements SessionEffect {}

    /**
     * EXECUTE.
     *
     * @param name the prepared statement
     */
    record StatementExecuted(String name) implements SessionEffect {}

    /**
     * DEALLOCATE of one.
     *
     * @param name the prepared statement
     */
    record StatementDeallocated(String name) implements SessionEffect {}

    /** DEALLOCATE ALL. */
    record AllDeallocated() implements SessionEffect {}

    /**
     * DECLARE; {@link Facts#inner} tells what it reads.
     *
     * @param name the cursor
     * @param hold whether it outlives its transaction (WITH HOLD)
     */
    record CursorDeclared(String name, boolean hold) implements SessionEffect {}

    /**
     * FETCH or MOVE.
     *
     * @param name the cursor
     */
    record CursorMoved(String name) implements SessionEffect {}

    /**
     * CLOSE of one.
     *
     * @param name the cursor
     */
    record CursorClosed(String name) implements SessionEffect {}

    /** CLOSE ALL. */
    record AllCursorsClosed() implements SessionEffect {}

    /**
     * LISTEN.
     *
     * @param channel the channel
     */
    record Listening(String channel) implements SessionEffect {}

    /**
     * UNLISTEN of one.
     *
     * @param channel the channel
     */
    record Unlistened(String channel) implements SessionEffect {}

    /** UNLISTEN *. */
    record AllUnlistened() implements SessionEffect {}

    /**
     * NOTIFY; the payload is not kept.
     *
     * @param channel the channel
     */
    record Notified(String channel) implements SessionEffect {}

    /** CREATE TEMPORARY, SELECT INTO TEMPORARY, or an object created in {@code pg_temp}. */
    record TemporaryObjectCreated() implements SessionEffect {}

    /** Anything may have changed: DO, CALL, LOAD, and what was not understood. */
    record Untracked() implements SessionEffect {}
}
