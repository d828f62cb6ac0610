package io.pgproxy.sql.internal.classify;

import static io.pgproxy.sql.internal.classify.Classified.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Copy;
import io.pgproxy.sql.Copy.Direction;
import io.pgproxy.sql.Copy.Peer;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.InBlock;
import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandClassificationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // EXPLAIN is as what it holds, always as if ANALYZE
                "explain select 1 | EXPLAIN | READ",
                "explain (analyze off) delete from t | EXPLAIN | WRITE",
                "explain analyze verbose select 1 | EXPLAIN | READ",
                "explain analyse update t set a = 1 | EXPLAIN | WRITE",
                "explain (\"analyze\", costs off) insert into t values (1) | EXPLAIN | WRITE",
                "explain (analyze false, analyze true) select 1 into t | EXPLAIN | WRITE",
                "explain (format json) (select 1) | EXPLAIN | READ",
                "explain ((select 1)) | EXPLAIN | READ",
                "explain (select 1) union (select 2) | EXPLAIN | READ",
                "explain (values (1)) | EXPLAIN | READ",
                "explain (values) select 1 | EXPLAIN | READ",
                "explain select * from t for update | EXPLAIN | LOCK",
                "explain with a as (delete from t) select 1 | EXPLAIN | WRITE",
                "explain execute p | EXPLAIN | BY_NAME",
                "explain (analyze) execute p(1, 2) | EXPLAIN | BY_NAME",
                "explain declare c cursor for select 1 | EXPLAIN | READ",
                "explain create table t as select 1 | EXPLAIN | WRITE",
                "explain create table t as execute p with no data | EXPLAIN | WRITE",
                "explain create materialized view v as select 1 | EXPLAIN | WRITE",
                "explain refresh materialized view v | EXPLAIN | WRITE",
                "explain merge into t using u on true when matched then delete | EXPLAIN | WRITE",
                "explain (analyze) | UNKNOWN | UNKNOWN",
                "explain (analyze select 1 | UNKNOWN | UNKNOWN",
                "explain verbose analyze select 1 | UNKNOWN | UNKNOWN",
                "explain create table t (a int) | UNKNOWN | UNKNOWN",
                "explain set a = 1 | UNKNOWN | UNKNOWN",
                "explain explain select 1 | UNKNOWN | UNKNOWN",
                "explain | UNKNOWN | UNKNOWN",
                // PREPARE too
                "prepare p as select 1 | PREPARE | READ",
                "prepare p (int, numeric(3)) as select $1 | PREPARE | READ",
                "prepare p (numeric(cast(1 as int))) as delete from t | PREPARE | WRITE",
                "prepare transaction as delete from t | PREPARE | WRITE",
                "prepare transaction (int) as select $1 | PREPARE | READ",
                "prepare \"p\" as insert into t values (1) | PREPARE | WRITE",
                "prepare p as with a as (update t set b = 1) select 1 | PREPARE | WRITE",
                "prepare p as (delete from t) | UNKNOWN | UNKNOWN",
                "prepare p as create table t as select 1 | UNKNOWN | UNKNOWN",
                "prepare p select 1 | UNKNOWN | UNKNOWN",
                "prepare select as select 1 | UNKNOWN | UNKNOWN",
                "execute p | EXECUTE | BY_NAME",
                "execute p (1, 'a') | EXECUTE | BY_NAME",
                "execute p 1 | UNKNOWN | UNKNOWN",
                "deallocate p | DEALLOCATE | NONE",
                "deallocate prepare p | DEALLOCATE | NONE",
                "deallocate prepare | DEALLOCATE | NONE",
                "deallocate all | DEALLOCATE | NONE",
                "deallocate prepare all | DEALLOCATE | NONE",
                "deallocate a b | UNKNOWN | UNKNOWN",
                // cursors
                "declare c cursor for select 1 | DECLARE | READ",
                "declare \"c\" binary insensitive no scroll cursor without hold for table t | DECLARE | READ",
                "declare c scroll cursor with hold for select 1 | DECLARE_WITH_HOLD | READ",
                "declare cursor cursor for select * from cursor for update | DECLARE | LOCK",
                "declare c cursor for select 1 into t | DECLARE | WRITE",
                "declare c cursor for delete from t | UNKNOWN | UNKNOWN",
                "declare c cursor for with a as (select 1) delete from t | UNKNOWN | UNKNOWN",
                "declare c for select 1 | UNKNOWN | UNKNOWN",
                "declare c cursor with for select 1 | UNKNOWN | UNKNOWN",
                "fetch c | FETCH | BY_NAME",
                "fetch next | FETCH | BY_NAME",
                "fetch all from next | FETCH | BY_NAME",
                "fetch -3 in \"c\" | FETCH | BY_NAME",
                "fetch absolute - 5 c | FETCH | BY_NAME",
                "fetch backward all from c | FETCH | BY_NAME",
                "fetch 1 from c, d | UNKNOWN | UNKNOWN",
                "fetch select from c | UNKNOWN | UNKNOWN",
                "move forward 3 from c | MOVE | BY_NAME",
                "close c | CLOSE | NONE",
                "close all | CLOSE | NONE",
                "close | UNKNOWN | UNKNOWN",
                // the rest
                "show all | SHOW | READ",
                "show transaction isolation level | SHOW | READ",
                "show \"Work_Mem\" | SHOW | READ",
                "show a.b | SHOW | READ",
                "show a, b | UNKNOWN | UNKNOWN",
                "listen c | LISTEN | NONE",
                "unlisten * | UNLISTEN | NONE",
                "notify c, 'x' | NOTIFY | WRITE",
                "notify c 'x' | UNKNOWN | UNKNOWN",
                "lock t | LOCK | LOCK",
                "lock table only t in access exclusive mode nowait | LOCK | LOCK",
                "do $$begin end$$ | DO | UNKNOWN",
                "call p(1) | CALL | UNKNOWN",
                "load 'x' | LOAD | UNKNOWN",
                "discard all | DISCARD_ALL | NONE",
                "discard temporary | DISCARD | NONE",
                "discard something | UNKNOWN | UNKNOWN",
                "vacuum (full) t | VACUUM | WRITE",
                "analyse t | ANALYZE | WRITE",
                "checkpoint | CHECKPOINT | WRITE",
                "create unlogged table t (a int) | CREATE_TABLE | WRITE",
                "create table s.as (a int) | CREATE_TABLE | WRITE",
                "create table s.as as select 1 | CREATE_TABLE_AS | WRITE",
                "create table t (a int generated always as (1) stored) | CREATE_TABLE | WRITE",
                "create or replace recursive view v (a) as select 1 | CREATE_VIEW | WRITE",
                "create unique index concurrently i on t (a) | CREATE_INDEX | WRITE",
                "create or replace procedure p() language sql begin atomic delete from t; end | CREATE_PROCEDURE | WRITE",
                "create constraint trigger x after insert on t execute function f() | CREATE_TRIGGER | WRITE",
                "create default conversion c for 'a' to 'b' from f | CREATE_CONVERSION | WRITE",
                "create trusted procedural language l | CREATE_LANGUAGE | WRITE",
                "create operator class c for type t using btree as storage t | CREATE_OPERATOR_CLASS | WRITE",
                "create operator + (function = f) | CREATE_OPERATOR | WRITE",
                "create user mapping for u server s | CREATE_USER_MAPPING | WRITE",
                "create user u | CREATE_ROLE | WRITE",
                "alter default privileges grant select on tables to u | ALTER_DEFAULT_PRIVILEGES | WRITE",
                "alter system set a = 1 | ALTER_SYSTEM | WRITE",
                "drop table t | DROP_TABLE | WRITE",
                "drop owned by u | DROP_OWNED | WRITE",
                "grant select on t to u | GRANT | WRITE",
                "comment on table t is 'x' | COMMENT | WRITE",
                "security label on table t is 'x' | SECURITY_LABEL | WRITE",
                "create frobnication f | UNKNOWN | UNKNOWN",
                "create | UNKNOWN | UNKNOWN",
            })
    void commandsAreKnown(String sql, StatementKind kind, Access access) {
        assertThat(facts(sql).kind()).as(sql).isEqualTo(kind);
        assertThat(facts(sql).access()).as(sql).isEqualTo(access);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "copy t from stdin | COPY_IN | IN | CLIENT | t",
                "copy t from stdout | COPY_IN | IN | CLIENT | t",
                "copy t to stdin | COPY_OUT | OUT | CLIENT | t",
                "copy binary s.t (a, b) to stdout with (format csv) | COPY_OUT | OUT | CLIENT | s.t",
                "copy s.to from stdin | COPY_IN | IN | CLIENT | s.to",
                "copy public.from to stdout | COPY_OUT | OUT | CLIENT | public.from",
                "copy t from stdin where a > 1 | COPY_IN | IN | CLIENT | t",
                "copy t to '/x' | COPY_SERVER | OUT | FILE | t",
                "copy t to e'/x' | COPY_SERVER | OUT | FILE | t",
                "copy t from U&'/x' uescape '!' | COPY_SERVER | IN | FILE | t",
                "copy t to program 'x' | COPY_SERVER | OUT | PROGRAM | t",
                "copy program from program $$x$$ | COPY_SERVER | IN | PROGRAM | program",
                "copy stdin to stdout | COPY_OUT | OUT | CLIENT | stdin",
                "copy \"T\" to stdout | COPY_OUT | OUT | CLIENT | T",
            })
    void copyHasDirectionPeerAndTarget(
            String sql, StatementFamily family, Direction direction, Peer peer, String relation) {
        Facts facts = facts(sql);
        int dot = relation.indexOf('.');
        QualifiedName name =
                new QualifiedName(dot < 0 ? null : relation.substring(0, dot), relation.substring(dot + 1));

        assertThat(facts.family()).as(sql).isEqualTo(family);
        assertThat(facts.copy()).as(sql).isEqualTo(new Copy(direction, peer, name));
        assertThat(facts.readsOnly()).isEqualTo(family == StatementFamily.COPY_OUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "copy (select 1) to stdout | COPY_OUT | READ",
                "copy (select * from t for update) to stdout | COPY_OUT | LOCK",
                "copy (delete from t returning *) to stdout | WRITE | WRITE",
                "copy (with a as (update t set b = 1) select 1) to stdin | WRITE | WRITE",
                "copy (with a as (select 1) insert into t select * from a) to stdout | WRITE | WRITE",
                "copy (select 1) to '/x' | COPY_SERVER | WRITE",
                "copy (select 1) to program 'x' | COPY_SERVER | WRITE",
                "copy (delete from t) to '/x' | COPY_SERVER | WRITE",
                "copy (select 1) from stdin | UNKNOWN | UNKNOWN",
                "copy (create table t (a int)) to stdout | UNKNOWN | UNKNOWN",
                "copy (select 1 to stdout | UNKNOWN | UNKNOWN",
                "copy t to stdout into u | UNKNOWN | UNKNOWN",
                "copy (select 1) to stdout delete from t | UNKNOWN | UNKNOWN",
                "copy t | UNKNOWN | UNKNOWN",
                "copy t to x | UNKNOWN | UNKNOWN",
                "copy t to b'1' | UNKNOWN | UNKNOWN",
                "copy select to stdout | UNKNOWN | UNKNOWN",
            })
    void copyOfAQueryIsAsTheQuery(String sql, StatementFamily family, Access access) {
        assertThat(facts(sql).family()).as(sql).isEqualTo(family);
        assertThat(facts(sql).access()).as(sql).isEqualTo(access);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "vacuum | FORBIDDEN",
                "create database d | FORBIDDEN",
                "drop tablespace t | FORBIDDEN",
                "alter system reset all | FORBIDDEN",
                "alter database d set tablespace t | FORBIDDEN",
                "alter database d set a = 1 | ALLOWED",
                "create index concurrently on t (a) | FORBIDDEN",
                "create index on t (a) | ALLOWED",
                "drop index concurrently i | FORBIDDEN",
                "reindex table t | ALLOWED",
                "reindex index concurrently i | FORBIDDEN",
                "reindex (concurrently) table t | FORBIDDEN",
                "reindex (verbose) index i | ALLOWED",
                "reindex database d | FORBIDDEN",
                "reindex schema s | FORBIDDEN",
                "cluster | FORBIDDEN",
                "cluster verbose | FORBIDDEN",
                "cluster (verbose) t | ALLOWED",
                "alter table t detach partition p concurrently | FORBIDDEN",
                "alter table t detach partition p | ALLOWED",
                "create subscription s connection 'x' publication p | FORBIDDEN",
                "create subscription s connection 'x' publication p with (connect = false) | ALLOWED",
                "commit prepared 'x' | FORBIDDEN",
                "discard all | FORBIDDEN",
                "discard plans | ALLOWED",
                "savepoint a | REQUIRED",
                "rollback to a | REQUIRED",
                "lock t | REQUIRED",
                "declare c cursor for select 1 | REQUIRED",
                "declare c cursor with hold for select 1 | ALLOWED",
                "select 1 | ALLOWED",
                "set local a = 1 | ALLOWED",
            })
    void whetherItMayRunInABlockIsKnown(String sql, InBlock inBlock) {
        assertThat(facts(sql).inBlock()).as(sql).isEqualTo(inBlock);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "explain select f(1)",
                "prepare p as select f(1)",
                "declare c cursor for select f(1)",
                "copy (select f(1)) to stdout",
                "create table t as select f(1)",
                "create materialized view v as select f(1)",
            })
    void whatIsHeldIsTold(String sql) {
        Facts inner = facts(sql).inner();

        assertThat(inner).isNotNull();
        assertThat(inner.kind()).isEqualTo(StatementKind.SELECT);
        assertThat(facts(sql).functions()).isEqualTo(inner.functions()).hasSize(1);
    }

    @Test
    void createTableAsExecuteNamesThePreparedStatement() {
        Facts inner = facts("create temp table t as execute p (1) with no data").inner();

        assertThat(inner).isNotNull();
        assertThat(inner.effects()).containsExactly(new SessionEffect.StatementExecuted("p"));
    }

    @Test
    void theEffectsOfWhatRunsAreThoseOfWhatHoldsIt() {
        SessionEffect executed = new SessionEffect.StatementExecuted("p");
        SessionEffect temporary = new SessionEffect.TemporaryObjectCreated();

        assertThat(facts("explain execute p").effects()).containsExactly(executed);
        assertThat(facts("create temp table t as execute p").effects()).containsExactly(temporary, executed);
        assertThat(facts("explain create temp table t as select 1").effects()).containsExactly(temporary);
        assertThat(facts("explain select 1 into temp t").effects()).containsExactly(temporary);
        assertThat(facts("explain declare c cursor for select 1").effects()).isEmpty();
        assertThat(facts("prepare p as select 1 into temp t").effects())
                .containsExactly(new SessionEffect.StatementPrepared("p"));
    }

    @ParameterizedTest
    @EnumSource(StatementKind.class)
    void theFirstWordsOfAKindLeadToIt(StatementKind kind) {
        for (String words : kind.words()) {
            Cursor cursor = new Cursor(Classified.tokens(words), 0, words.split(" ").length);

            assertThat(KindTable.find(cursor)).as(words).isEqualTo(kind);
            assertThat(cursor.atEnd()).isTrue();
        }
    }
}
