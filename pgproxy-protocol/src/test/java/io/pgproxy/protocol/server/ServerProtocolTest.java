package io.pgproxy.protocol.server;

import static io.pgproxy.protocol.server.Conversation.bind;
import static io.pgproxy.protocol.server.Conversation.bindBinary;
import static io.pgproxy.protocol.server.Conversation.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Close;
import io.pgproxy.protocol.message.frontend.CopyDone;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Flush;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.FunctionCall;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.PasswordMessage;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.message.frontend.Terminate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What PostgreSQL answers to the same messages, statement for statement of the small language. */
final class ServerProtocolTest {
    private static final FrontendMessage SYNC = Sync.INSTANCE;
    private static final FrontendMessage EXECUTE = new Execute("", 0);

    private final TestEngine engine = new TestEngine();
    private final ServerProtocol server = new ServerProtocol(engine);
    private final Conversation client = new Conversation(server);

    @Test
    void aSimpleQueryGivesItsRows() {
        assertThat(client.send(new Query("rows 2"))).isEqualTo("T D(1) D(2) C(SELECT 2) Z(I)");
        assertThat(client.send(new Query("do"))).isEqualTo("C(DO) Z(I)");
    }

    @Test
    void aSimpleQueryOfManyStatementsGivesManyResultsAndOneReadyForQuery() {
        assertThat(client.send(new Query("rows 1; do; rows 0")))
                .isEqualTo("T D(1) C(SELECT 1) C(DO) T C(SELECT 0) Z(I)");
        assertThat(engine.events).containsOnlyOnce("keep");
    }

    @Test
    void anErrorStopsTheRestOfASimpleQuery() {
        assertThat(client.send(new Query("do; fail; do"))).isEqualTo("C(DO) E(42P01) Z(I)");
        assertThat(engine.events).containsExactly("prepare do", "prepare fail", "undo");
        assertThat(client.send(new Query("do"))).isEqualTo("C(DO) Z(I)");
    }

    @Test
    void anEmptyStringHasAnAnswerOfItsOwn() {
        assertThat(client.send(new Query(" ; "))).isEqualTo("I Z(I)");
        assertThat(client.send(parse("", ""), bind("", ""), Describe.statement(""), Describe.portal(""), EXECUTE, SYNC))
                .isEqualTo("1 2 t n n I Z(I)");
    }

    @Test
    void anExtendedExchangeGivesTheRowsAfterTheirDescription() {
        assertThat(client.send(
                        parse("s", "rows 2"),
                        Describe.statement("s"),
                        bind("", "s"),
                        Describe.portal(""),
                        EXECUTE,
                        SYNC))
                .isEqualTo("1 t T 2 T D(1) D(2) C(SELECT 2) Z(I)");
    }

    @Test
    void aPreparedStatementLivesUntilItIsClosed() {
        assertThat(client.send(parse("s", "rows 1"), SYNC)).isEqualTo("1 Z(I)");
        assertThat(client.send(bind("", "s"), EXECUTE, SYNC)).isEqualTo("2 D(1) C(SELECT 1) Z(I)");
        assertThat(client.send(bind("", "s"), EXECUTE, SYNC)).isEqualTo("2 D(1) C(SELECT 1) Z(I)");
        assertThat(client.send(Close.statement("s"), bind("", "s"), SYNC)).isEqualTo("3 E(26000) Z(I)");
        assertThat(client.send(Close.statement("s"), Close.portal("p"), SYNC)).isEqualTo("3 3 Z(I)");
        assertThat(engine.events).containsOnlyOnce("prepare rows 1");
    }

    @Test
    void theUnnamedStatementIsReplacedByParseAndDroppedByASimpleQuery() {
        assertThat(client.send(parse("", "rows 1"), parse("", "do"), SYNC)).isEqualTo("1 1 Z(I)");
        assertThat(client.send(bind("", ""), EXECUTE, SYNC)).isEqualTo("2 C(DO) Z(I)");
        assertThat(client.send(new Query("do"), bind("", ""), SYNC)).isEqualTo("C(DO) Z(I) E(26000) Z(I)");
        assertThat(client.send(parse("", "do"), parse("", "fail"), SYNC)).isEqualTo("1 E(42P01) Z(I)");
        assertThat(client.send(bind("", ""), SYNC)).isEqualTo("E(26000) Z(I)");
    }

    @Test
    void aNameIsGivenOnce() {
        assertThat(client.send(parse("s", "do"), SYNC, parse("s", "do"), SYNC)).isEqualTo("1 Z(I) E(42P05) Z(I)");
        assertThat(client.send(bind("p", "s"), bind("p", "s"), SYNC)).isEqualTo("2 E(42P03) Z(I)");
        assertThat(client.send(bind("", "s"), bind("", "s"), SYNC)).isEqualTo("2 2 Z(I)");
    }

    @Test
    void afterAnErrorAllIsSkippedUpToSync() {
        assertThat(client.send(
                        parse("", "fail"),
                        bind("", ""),
                        EXECUTE,
                        Flush.INSTANCE,
                        new Query("do"),
                        SYNC,
                        parse("", "do"),
                        bind("", ""),
                        EXECUTE,
                        SYNC))
                .isEqualTo("E(42P01) Z(I) 1 2 C(DO) Z(I)");
        assertThat(engine.events).containsExactly("prepare fail", "undo", "prepare do", "keep");
    }

    @Test
    void aRowLimitSuspendsThePortal() {
        assertThat(client.send(parse("", "rows 5"), bind("p", ""), new Execute("p", 2), Flush.INSTANCE))
                .isEqualTo("1 2 D(1) D(2) s");
        assertThat(client.send(new Execute("p", 2), new Execute("p", 2))).isEqualTo("D(3) D(4) s D(5) C(SELECT 1)");
        assertThat(client.send(new Execute("p", 0), SYNC)).isEqualTo("C(SELECT 0) Z(I)");
        assertThat(engine.events).containsOnlyOnce("closed");
    }

    @Test
    void asManyRowsAsTheLimitSuspendThePortalToo() {
        assertThat(client.send(parse("", "rows 2"), bind("", ""), new Execute("", 2), new Execute("", 2), SYNC))
                .isEqualTo("1 2 D(1) D(2) s C(SELECT 0) Z(I)");
    }

    @Test
    void portalsAreClosedBySyncOutsideOfATransactionBlock() {
        assertThat(client.send(parse("", "rows 5"), bind("p", ""), new Execute("p", 1), SYNC))
                .isEqualTo("1 2 D(1) s Z(I)");
        assertThat(engine.events).contains("closed");
        assertThat(client.send(new Execute("p", 1), SYNC)).isEqualTo("E(34000) Z(I)");
    }

    @Test
    void portalsLiveAsLongAsTheirTransactionBlock() {
        client.send(new Query("begin"));
        assertThat(client.send(parse("s", "rows 3"), bind("p", "s"), new Execute("p", 1), SYNC))
                .isEqualTo("1 2 D(1) s Z(T)");
        assertThat(client.send(new Execute("p", 1), SYNC)).isEqualTo("D(2) s Z(T)");
        assertThat(client.send(new Query("commit"))).isEqualTo("C(COMMIT) Z(I)");
        assertThat(client.send(new Execute("p", 1), SYNC)).isEqualTo("E(34000) Z(I)");
    }

    @Test
    void aCommandRunsOncePerPortal() {
        assertThat(client.send(parse("", "do"), bind("", ""), EXECUTE, EXECUTE, SYNC))
                .isEqualTo("1 2 C(DO) E(55000) Z(I)");
    }

    @Test
    void aFailedBlockRefusesAllButItsEnd() {
        assertThat(client.send(new Query("begin"))).isEqualTo("C(BEGIN) Z(T)");
        assertThat(client.send(parse("s", "rows 1"), parse("c", "commit"), bind("p", "s"), SYNC))
                .isEqualTo("1 1 2 Z(T)");
        assertThat(client.send(new Query("fail"))).isEqualTo("E(42P01) Z(E)");
        assertThat(client.send(new Query("do"))).isEqualTo("E(25P02) Z(E)");
        assertThat(client.send(parse("", "do"), SYNC)).isEqualTo("E(25P02) Z(E)");
        assertThat(client.send(bind("", "s"), SYNC)).isEqualTo("E(25P02) Z(E)");
        assertThat(client.send(Describe.statement("s"), SYNC)).isEqualTo("E(25P02) Z(E)");
        assertThat(client.send(new Execute("p", 0), SYNC)).isEqualTo("E(25P02) Z(E)");
        assertThat(client.send(new Execute("none", 0), SYNC)).isEqualTo("E(34000) Z(E)");
        assertThat(client.send(new Query(""))).isEqualTo("I Z(E)");
        assertThat(client.send(bind("", "c"), Describe.portal(""), EXECUTE, SYNC))
                .isEqualTo("2 n C(ROLLBACK) Z(I)");
        assertThat(engine.events).doesNotContain("prepare do");
    }

    @Test
    void portalsDoNotOutliveAFailureThatASavepointHeals() {
        client.send(new Query("begin"));
        assertThat(client.send(parse("s", "rows 3"), bind("p", "s"), new Execute("p", 1), parse("", "fail"), SYNC))
                .isEqualTo("1 2 D(1) s E(42P01) Z(E)");
        assertThat(client.send(new Query("savepoint"))).isEqualTo("C(ROLLBACK) Z(T)");
        assertThat(client.send(new Execute("p", 1), SYNC)).isEqualTo("E(34000) Z(E)");
        assertThat(engine.events).containsOnlyOnce("closed");
    }

    @Test
    void noticesAndSettingsComeBeforeTheCommandTag() {
        assertThat(client.send(new Query("tell"))).isEqualTo("N S C(SET) Z(I)");
    }

    @Test
    void anErrorBehindRowsComesBehindThem() {
        assertThat(client.send(new Query("late; do"))).isEqualTo("T D(1) E(22012) Z(I)");
        assertThat(engine.events).containsExactly("prepare late", "closed", "undo");
    }

    @Test
    void whatTheEngineDidNotMeanIsAnInternalErrorWithoutDetails() {
        assertThat(client.send(new Query("bug"))).isEqualTo("E(XX000) Z(I)");
        assertThat(engine.events).contains("failed not for the client");
    }

    @Test
    void aFatalErrorEndsTheSession() {
        assertThat(client.send(new Query("fatal"), new Query("do"))).isEqualTo("E(57P01)");
        assertThat(server.isClosed()).isTrue();
        assertThat(engine.events).endsWith("close");
    }

    @Test
    void aTransactionThatCannotBeKeptIsAnErrorBeforeReadyForQuery() {
        engine.refuseCommit = true;

        assertThat(client.send(new Query("do"))).isEqualTo("C(DO) E(23505) Z(I)");
        assertThat(client.send(parse("", "do"), SYNC, new Query("fail"))).isEqualTo("1 E(23505) Z(I) E(42P01) Z(I)");
    }

    @Test
    void parametersReachTheEngineAsManyAsItWants() {
        assertThat(client.send(parse("s", "echo"), bind("", "s", "hello"), EXECUTE, SYNC))
                .isEqualTo("1 2 D(hello) C(SELECT 1) Z(I)");
        assertThat(client.send(bind("", "s"), SYNC)).isEqualTo("E(08P01) Z(I)");
        assertThat(client.send(bind("", "s", "a", "b"), SYNC)).isEqualTo("E(08P01) Z(I)");
        assertThat(client.send(new Query("echo"))).isEqualTo("E(42P02) Z(I)");
    }

    @Test
    void resultFormatsHaveToFitTheColumns() {
        Bind bind = new Bind("", "", List.of(), List.of(), List.of(Format.TEXT, Format.TEXT));

        assertThat(client.send(parse("", "rows 1"), bind, SYNC)).isEqualTo("1 E(08P01) Z(I)");
        assertThat(client.send(parse("", "rows 1"), bindBinary("", ""), EXECUTE, SYNC))
                .isEqualTo("1 2 D(\0\0\0\1) C(SELECT 1) Z(I)");
    }

    @Test
    void onlyOneStatementCanBePrepared() {
        assertThat(client.send(parse("", "do; do"), SYNC)).isEqualTo("E(42601) Z(I)");
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        assertThat(client.send(new Query("do \udcff"))).isEqualTo("E(22021) Z(I)");
        assertThat(client.send(parse("", "do \udcff"), SYNC)).isEqualTo("E(22021) Z(I)");
        assertThat(engine.events).containsOnly("undo");
    }

    @Test
    void aMessageThatCouldNotBeReadIsAnError() {
        ByteBuf out = Unpooled.buffer();
        ProtocolException cause = new ProtocolException("invalid message format");

        server.receiveMalformed(FrontendTag.BIND, cause, out);
        server.answer(EXECUTE, out);
        server.receiveMalformed(FrontendTag.QUERY, cause, out);
        server.answer(SYNC, out);
        server.receiveMalformed(FrontendTag.QUERY, cause, out);
        server.receiveMalformed(FrontendTag.SYNC, cause, out);

        assertThat(Conversation.shortly(out)).isEqualTo("E(08P01) Z(I) E(08P01) Z(I) E(08P01) Z(I)");
    }

    @Test
    void messagesAreTakenAsTheyStandOnTheWire() {
        ByteBuf out = Unpooled.buffer();

        server.answer(FrontendTag.QUERY, body("do\0"), out);
        server.answer(FrontendTag.QUERY, body("no end"), out);
        server.answer(FrontendTag.PARSE, body("no end"), out);
        server.answer(FrontendTag.EXECUTE, body("not even this"), out);
        server.answer(FrontendTag.COPY_FAIL, body("no end"), out);
        server.answer(FrontendTag.SYNC, body(""), out);
        server.answer(FrontendTag.COPY_FAIL, body("no end"), out);
        assertThat(Conversation.shortly(out)).isEqualTo("C(DO) Z(I) E(08P01) Z(I) E(08P01) Z(I)");

        server.answer(FrontendTag.PASSWORD, body("sesame\0"), out);
        server.answer(FrontendTag.SYNC, body(""), out);
        assertThat(Conversation.shortly(out)).isEqualTo("E(08P01)");
        assertThat(server.isClosed()).isTrue();
    }

    @Test
    void aMalformedTerminateEndsTheSession() {
        server.answer(FrontendTag.TERMINATE, body("x"), Unpooled.buffer());

        assertThat(server.isClosed()).isTrue();
    }

    private static ByteBuf body(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    @Test
    void aMalformedSyncEndsSkippingToo() {
        ByteBuf out = Unpooled.buffer();

        server.answer(parse("", "fail"), out);
        server.receiveMalformed(FrontendTag.SYNC, new ProtocolException("invalid message format"), out);
        server.answer(new Query("do"), out);

        assertThat(Conversation.shortly(out)).isEqualTo("E(42P01) E(08P01) Z(I) C(DO) Z(I)");
    }

    @Test
    void functionCallsAreRefusedAndCopyDataIsIgnored() {
        assertThat(client.send(new FunctionCall(1, List.of(), List.of(), Format.TEXT)))
                .isEqualTo("E(0A000) Z(I)");
        assertThat(client.send(CopyDone.INSTANCE, SYNC)).isEqualTo("Z(I)");
    }

    @Test
    void anAnswerToAnAuthenticationRequestEndsTheSession() {
        assertThat(client.send(new SASLResponse(io.pgproxy.protocol.Bytes.EMPTY), SYNC))
                .isEqualTo("E(08P01)");
        assertThat(client.send(new PasswordMessage(io.pgproxy.protocol.Bytes.EMPTY)))
                .isEmpty();
    }

    @Test
    void terminateIsNotAnsweredAndEndsTheSession() {
        assertThat(client.send(parse("", "fail"), Terminate.INSTANCE, SYNC)).isEqualTo("E(42P01)");
        assertThat(server.isClosed()).isTrue();
        server.close();
        assertThat(engine.events).containsOnlyOnce("close");
    }

    @Test
    void aSingleExchangeOfASessionInABlockTellsItsStatus() {
        server.status(TransactionStatus.IN_TRANSACTION);

        assertThat(client.send(parse("", "rows 1"), bind("", ""), EXECUTE, SYNC))
                .isEqualTo("1 2 D(1) C(SELECT 1) Z(T)");
        assertThat(client.send(new Query("fail"))).isEqualTo("E(42P01) Z(E)");
        assertThat(server.status()).isEqualTo(TransactionStatus.FAILED);
        assertThat(new Conversation(new ServerProtocol(engine, TransactionStatus.FAILED)).send(new Query("do")))
                .isEqualTo("E(25P02) Z(E)");
        assertThat(engine.events).doesNotContain("keep", "undo");
    }

    @Test
    void aLongResultIsWrittenInPieces() {
        ByteBuf whole = Unpooled.buffer();
        int pieces = 0;
        ByteBuf piece = Unpooled.buffer();
        boolean answered = server.receive(new Query("rows 20000"), piece);
        while (!answered) {
            assertThat(piece.readableBytes()).isLessThan(66_000);
            whole.writeBytes(piece);
            piece.clear();
            pieces++;
            answered = server.resume(piece);
        }
        whole.writeBytes(piece);

        assertThat(pieces).isGreaterThan(3);
        assertThat(Conversation.shortly(whole)).startsWith("T D(1) D(2)").endsWith("D(20000) C(SELECT 20000) Z(I)");
        assertThat(client.send(new Query("rows 20000"))).endsWith("D(20000) C(SELECT 20000) Z(I)");
    }

    @Test
    void aMessageIsNotTakenBeforeTheOneBeforeItIsAnswered() {
        ByteBuf out = Unpooled.buffer();

        assertThat(server.receive(new Query("rows 20000"), out)).isFalse();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> server.receive(SYNC, out));
    }

    @Test
    void theTypesThatAClientTellsReachTheEngine() {
        ServerProtocol telling = new ServerProtocol((sql, types) ->
                PreparedQuery.of(types, List.of(), parameters -> QueryResult.command(types.toString())));

        assertThat(new Conversation(telling)
                        .send(
                                new Parse("", "x", List.of(23, 0)),
                                Describe.statement(""),
                                bind("", "", "1", "2"),
                                EXECUTE,
                                SYNC))
                .isEqualTo("1 t n 2 C([23, 0]) Z(I)");
    }
}
