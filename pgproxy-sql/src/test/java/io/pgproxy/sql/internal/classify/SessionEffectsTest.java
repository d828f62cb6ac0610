package io.pgproxy.sql.internal.classify;

import static io.pgproxy.sql.internal.classify.Classified.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.Becomes;
import io.pgproxy.sql.SessionEffect.Discarded.What;
import io.pgproxy.sql.SessionEffect.Scope;
import io.pgproxy.sql.SessionEffect.SettingSet;
import io.pgproxy.sql.StatementKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionEffectsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set a = 1 | a | SESSION | 1",
                "set session a to b | a | SESSION | b",
                "set local a = -1.5 | a | LOCAL | -1.5",
                "SET \"Default_Transaction_Read_Only\" = OFF | default_transaction_read_only | SESSION | off",
                "set U&\"d!0065fault_transaction_read_only\" uescape '!' to off"
                        + " | default_transaction_read_only | SESSION | off",
                "set transaction_read_only = on | transaction_read_only | SESSION | on",
                "set a = true | a | SESSION | true",
                "set a = 'It''s' | a | SESSION | It's",
                "set a = $x$b$x$ | a | SESSION | b",
                "set a = e'b' | a | SESSION | b",
                "set a.b = c | a.b | SESSION | c",
                "set session = 1 | session | SESSION | 1",
                "set local = 1 | local | SESSION | 1",
                "set local local.x = 1 | local.x | LOCAL | 1",
                "set transaction = 1 | transaction | SESSION | 1",
                "set constraints = 1 | constraints | SESSION | 1",
                "set time = 1 | time | SESSION | 1",
                "set role = x | role | SESSION | x",
                "set role x | role | SESSION | x",
                "set local role none | role | LOCAL | none",
                "set role 'X' | role | SESSION | X",
                "set session authorization u | session_authorization | SESSION | u",
                "set local session authorization 'u' | session_authorization | LOCAL | u",
                "set session session authorization u | session_authorization | SESSION | u",
                "set time zone 'UTC' | timezone | SESSION | UTC",
                "set time zone -3 | timezone | SESSION | -3",
                "set timezone to 'UTC' | timezone | SESSION | UTC",
                "set names 'utf8' | client_encoding | SESSION | utf8",
                "set schema 's' | search_path | SESSION | s",
                "set xml option document | xmloption | SESSION | document",
                "set session characteristics = 1 | characteristics | SESSION | 1",
            })
    void settingsHaveNameScopeAndValue(String sql, String name, Scope scope, String value) {
        assertThat(facts(sql).effects())
                .as(sql)
                .containsExactly(new SettingSet(name, scope, Becomes.VALUES, List.of(value)));
        assertThat(facts(sql).kind()).isEqualTo(StatementKind.SET);
        assertThat(facts(sql).access()).isEqualTo(Access.NONE);
    }

    @Test
    void aListOfValuesIsKept() {
        assertThat(facts("set search_path to \"A\", b, 'c'").effects())
                .containsExactly(new SettingSet("search_path", Scope.SESSION, Becomes.VALUES, List.of("A", "b", "c")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set a to default | a | SESSION",
                "set local a = default | a | LOCAL",
                "set time zone local | timezone | SESSION",
                "set time zone default | timezone | SESSION",
                "set names | client_encoding | SESSION",
                "set names default | client_encoding | SESSION",
                "set session authorization default | session_authorization | SESSION",
            })
    void aSettingCanGoBackToItsDefault(String sql, String name, Scope scope) {
        assertThat(facts(sql).effects())
                .as(sql)
                .containsExactly(new SettingSet(name, scope, Becomes.DEFAULT, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set a = 'b\\c'",
                "set a = e'\\x41'",
                "set a = 'b'\n'c'",
                "set a = U&'b'",
                "set a = b, 'c\\d'",
                "set a from current",
            })
    void aValueThatIsNotPlainIsUnknown(String sql) {
        assertThat(facts(sql).effects())
                .as(sql)
                .containsExactly(new SettingSet("a", Scope.SESSION, Becomes.UNKNOWN, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set",
                "set a",
                "set a =",
                "set a = 1 2",
                "set a = 1,",
                "set a = f(1)",
                "set a = select",
                "set a = $1",
                "set select = 1",
                "set a. = 1",
                "set local session a = 1",
                "set role",
                "set schema s",
                "set catalog 'x'",
                "set xml option something",
                "set transaction",
                "set session characteristics read only",
                "set constraints all",
                "set constraints deferred",
                "reset",
                "reset a b",
                "reset all all",
                "show",
            })
    void whatTheServerWouldRefuseIsUnknown(String sql) {
        assertThat(facts(sql).kind()).as(sql).isEqualTo(StatementKind.UNKNOWN);
    }

    @Test
    void theOtherEffectsAreTold() {
        assertThat(effect("reset \"Work_Mem\"")).isEqualTo(new SessionEffect.SettingReset("work_mem"));
        assertThat(effect("reset time zone")).isEqualTo(new SessionEffect.SettingReset("timezone"));
        assertThat(effect("reset session authorization"))
                .isEqualTo(new SessionEffect.SettingReset("session_authorization"));
        assertThat(effect("reset transaction isolation level"))
                .isEqualTo(new SessionEffect.SettingReset("transaction_isolation"));
        assertThat(effect("reset all")).isEqualTo(new SessionEffect.AllReset());
        assertThat(effect("set constraints all deferred")).isEqualTo(new SessionEffect.ConstraintsSet(true));
        assertThat(effect("set constraints s.a, b immediate")).isEqualTo(new SessionEffect.ConstraintsSet(false));
        assertThat(effect("discard all")).isEqualTo(new SessionEffect.Discarded(What.ALL));
        assertThat(effect("discard temp")).isEqualTo(new SessionEffect.Discarded(What.TEMP));
        assertThat(effect("discard sequences")).isEqualTo(new SessionEffect.Discarded(What.SEQUENCES));
        assertThat(effect("prepare \"P\" as select 1")).isEqualTo(new SessionEffect.StatementPrepared("P"));
        assertThat(effect("execute P")).isEqualTo(new SessionEffect.StatementExecuted("p"));
        assertThat(effect("deallocate prepare")).isEqualTo(new SessionEffect.StatementDeallocated("prepare"));
        assertThat(effect("deallocate prepare p")).isEqualTo(new SessionEffect.StatementDeallocated("p"));
        assertThat(effect("deallocate all")).isEqualTo(new SessionEffect.AllDeallocated());
        assertThat(effect("declare c cursor with hold for select 1"))
                .isEqualTo(new SessionEffect.CursorDeclared("c", true));
        assertThat(effect("fetch all in U&\"!0063\" uescape '!'")).isEqualTo(new SessionEffect.CursorMoved("c"));
        assertThat(effect("move next")).isEqualTo(new SessionEffect.CursorMoved("next"));
        assertThat(effect("close c")).isEqualTo(new SessionEffect.CursorClosed("c"));
        assertThat(effect("close all")).isEqualTo(new SessionEffect.AllCursorsClosed());
        assertThat(effect("listen c")).isEqualTo(new SessionEffect.Listening("c"));
        assertThat(effect("unlisten c")).isEqualTo(new SessionEffect.Unlistened("c"));
        assertThat(effect("unlisten *")).isEqualTo(new SessionEffect.AllUnlistened());
        assertThat(effect("notify c, 'x'")).isEqualTo(new SessionEffect.Notified("c"));
        assertThat(effect("create temp table t (a int)")).isEqualTo(new SessionEffect.TemporaryObjectCreated());
        assertThat(effect("create table if not exists pg_temp.t (a int)"))
                .isEqualTo(new SessionEffect.TemporaryObjectCreated());
        assertThat(effect("create or replace temporary view v as select 1"))
                .isEqualTo(new SessionEffect.TemporaryObjectCreated());
        assertThat(effect("create temp sequence s")).isEqualTo(new SessionEffect.TemporaryObjectCreated());
        assertThat(effect("create function pg_temp.f() returns int language sql return 1"))
                .isEqualTo(new SessionEffect.TemporaryObjectCreated());
        assertThat(effect("do 'x'")).isEqualTo(new SessionEffect.Untracked());
        assertThat(effect("call p()")).isEqualTo(new SessionEffect.Untracked());
        assertThat(effect("load 'x'")).isEqualTo(new SessionEffect.Untracked());
    }

    @Test
    void noValueIsShown() {
        String text = facts("set a = 'secret'").effects().toString() + facts("set a = 'secret'");

        assertThat(text).doesNotContain("secret");
    }

    private static SessionEffect effect(String sql) {
        assertThat(facts(sql).effects()).as(sql).hasSize(1);
        return facts(sql).effects().get(0);
    }
}
