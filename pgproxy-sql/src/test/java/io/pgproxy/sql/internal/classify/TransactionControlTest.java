package io.pgproxy.sql.internal.classify;

import static io.pgproxy.sql.internal.classify.Classified.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.TransactionControl.Action;
import io.pgproxy.sql.TransactionControl.Isolation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionControlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "begin | BEGIN | | | ",
                "begin work | BEGIN | | | ",
                "start transaction | BEGIN | | | ",
                "begin transaction read only | BEGIN | | true | ",
                "begin read write | BEGIN | | false | ",
                "begin isolation level serializable, read only deferrable | BEGIN | SERIALIZABLE | true | true",
                "start transaction isolation level repeatable read not deferrable | BEGIN | REPEATABLE_READ | | false",
                "begin isolation level read committed isolation level read uncommitted | BEGIN | READ_UNCOMMITTED | | ",
                "begin read only, read write | BEGIN | | false | ",
                "begin read write read only | BEGIN | | true | ",
                "set transaction read write | SET_TRANSACTION | | false | ",
                "set local transaction read write | SET_TRANSACTION | | false | ",
                "set session transaction read only | SET_TRANSACTION | | true | ",
                "set session characteristics as transaction read write | SET_CHARACTERISTICS | | false | ",
                "set local session characteristics as transaction read write | SET_CHARACTERISTICS | | false | ",
                "set transaction snapshot '1-1' | SET_SNAPSHOT | | | ",
                "prepare transaction 'x' | PREPARE | | | ",
                "commit prepared U&'x' uescape '!' | COMMIT_PREPARED | | | ",
                "rollback prepared $$x$$ | ROLLBACK_PREPARED | | | ",
                "commit | COMMIT | | | ",
                "end transaction | COMMIT | | | ",
                "commit and no chain | COMMIT | | | ",
                "rollback work | ROLLBACK | | | ",
                "abort | ROLLBACK | | | ",
            })
    void modesAreRead(
            String sql,
            Action action,
            @Nullable Isolation isolation,
            @Nullable Boolean readOnly,
            @Nullable Boolean deferrable) {
        assertThat(facts(sql).transaction())
                .as(sql)
                .isEqualTo(new TransactionControl(action, isolation, readOnly, deferrable, false, null));
    }

    @ParameterizedTest
    @CsvSource({
        "savepoint a, SAVEPOINT, a",
        "savepoint \"A\", SAVEPOINT, A",
        "release a, RELEASE, a",
        "release savepoint a, RELEASE, a",
        "release savepoint, RELEASE, savepoint",
        "rollback to a, ROLLBACK_TO, a",
        "rollback transaction to savepoint a, ROLLBACK_TO, a",
        "rollback to savepoint, ROLLBACK_TO, savepoint",
    })
    void savepointsHaveNames(String sql, Action action, String name) {
        assertThat(facts(sql).transaction())
                .as(sql)
                .isEqualTo(new TransactionControl(action, null, null, null, false, name));
    }

    @ParameterizedTest
    @CsvSource({"commit and chain, COMMIT", "end work and chain, COMMIT", "rollback and chain, ROLLBACK"})
    void aChainIsSeen(String sql, Action action) {
        assertThat(facts(sql).transaction()).isEqualTo(new TransactionControl(action, null, null, null, true, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin read",
                "begin read only,",
                "begin, read only",
                "begin isolation level",
                "begin work work",
                "begin atomic",
                "start",
                "start read only",
                "commit and",
                "commit chain",
                "commit x",
                "commit prepared x",
                "commit prepared",
                "rollback to",
                "rollback to savepoint select",
                "rollback and chain to a",
                "savepoint",
                "savepoint 'a'",
                "release",
                "prepare transaction",
                "prepare transaction x",
                "set transaction snapshot x",
            })
    void anythingElseIsUnknown(String sql) {
        assertThat(facts(sql).kind()).as(sql).isEqualTo(StatementKind.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "begin, NONE",
        "commit, NONE",
        "rollback to a, NONE",
        "prepare transaction 'x', WRITE",
        "commit prepared 'x', WRITE",
        "rollback prepared 'x', WRITE",
    })
    void onlyTwoPhaseCommitOutlivesTheTransactionByItself(String sql, Access access) {
        assertThat(facts(sql).access()).isEqualTo(access);
    }
}
