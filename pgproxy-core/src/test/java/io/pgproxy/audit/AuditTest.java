package io.pgproxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.HookBundle;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.hook.ready.Given;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Room, loss and waiting, with a sink that stalls or breaks. */
class AuditTest {
    private final HeldSink sink = new HeldSink();
    private final Given.GivenSession session = new Given.GivenSession();
    private final List<Audit> audits = new ArrayList<>();

    @AfterEach
    void close() {
        sink.goOn();
        audits.forEach(Audit::close);
    }

    private Audit audit(AuditBuilder options) {
        Audit audit = options.clock(Clock.fixed(Records.WHEN, ZoneOffset.UTC)).build();
        audits.add(audit);
        return audit;
    }

    private Audit blocking(int capacity) {
        return audit(Audit.builder(sink).capacity(capacity).whenFull(WhenFull.BLOCK));
    }

    private Execution execution(String sql) {
        return Given.execution(sql, session);
    }

    private static <H extends QueryHook> H stage(Audit audit, Class<H> stage) {
        List<QueryHook> hooks = audit.hook() instanceof HookBundle bundle ? bundle.hooks() : List.of(audit.hook());
        return hooks.stream()
                .filter(stage::isInstance)
                .map(stage::cast)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private static AdmissionGate gate(Audit audit) {
        return (AdmissionGate) stage(audit, AdmitHook.class);
    }

    private static void completed(Audit audit, Execution execution) {
        stage(audit, ObserveHook.class).completed(execution, Records.outcome(Outcome.Status.FAILED));
    }

    private static Verdict<Terms> admit(Audit audit, Execution execution) {
        return stage(audit, AdmitHook.class).admit(execution);
    }

    private static CompletableFuture<? extends Verdict<?>> waits(Verdict<?> verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Deferred.class);
        return verdict instanceof Verdict.Deferred<?> deferred
                ? deferred.stage().toCompletableFuture()
                : Assertions.fail("not deferred");
    }

    private static String sqlState(Verdict<?> verdict) {
        return verdict instanceof Verdict.Reject<?> reject ? reject.error().sqlState() : verdict.toString();
    }

    /** One record is with the sink, which does not come back. */
    private void stall(Audit audit) throws Exception {
        sink.stall();
        Execution first = execution("SELECT 'first'");
        if (audit.hook() instanceof HookBundle) {
            assertThat(admit(audit, first)).isEqualTo(Verdict.proceed());
        }
        completed(audit, first);
        sink.awaitStuck();
    }

    @Test
    void aRecordSaysWhoDidWhatAndHowItEnded() throws Exception {
        Audit audit = audit(Audit.builder(sink));
        stage(audit, SessionHook.class).authenticated(session);
        completed(audit, execution("SELECT 'secret', 4711 -- comment"));
        stage(audit, SessionHook.class).closed(session);
        audit.close();

        AuditedSession alice = new AuditedSession(7, "alice", "shop", "client:1");
        assertThat(sink.written()).first().isEqualTo(new SessionRecord(Records.WHEN, alice, SessionRecord.Event.BEGUN));
        assertThat(sink.written()).last().isEqualTo(new SessionRecord(Records.WHEN, alice, SessionRecord.Event.ENDED));
        ExecutionRecord record = sink.executions().get(0);
        assertThat(record.text()).isEqualTo("select ?, ?");
        assertThat(record.sqlState()).isEqualTo("23505");
        assertThat(record.session()).isEqualTo(alice);
        assertThat(record).hasToString("session 7 SELECT FAILED");
        assertThat(sink.isClosed()).isTrue();
    }

    @Test
    void aSessionThatWasNeverAuthenticatedHasNoRecord() {
        Audit audit = audit(Audit.builder(sink));
        stage(audit, SessionHook.class).closed(session);
        audit.close();

        assertThat(sink.written()).isEmpty();
    }

    @Test
    void textsAreShownAsTheHostWants() {
        Audit original = audit(Audit.builder(sink).text(AuditText.ORIGINAL));
        completed(original, execution("SELECT 'x'"));
        original.close();
        Audit none = audit(Audit.builder(sink).text(AuditText.NONE));
        completed(none, execution("SELECT 'x'"));
        completed(none, Given.functionCall());
        none.close();

        assertThat(sink.executions()).extracting(ExecutionRecord::text).containsExactly("SELECT 'x'", null, null);
    }

    @Test
    void whatDoesNotFitIsDroppedAndTold() throws Exception {
        Audit audit = audit(Audit.builder(sink).capacity(3));
        stall(audit);
        for (int i = 0; i < 10; i++) {
            completed(audit, execution("SELECT " + i));
        }
        assertThat(audit.dropped()).isEqualTo(8);
        assertThat(audit.waiting()).isEqualTo(3);

        sink.goOn();
        Await.until("the loss is told", () -> sink.written().size() == 4);
        completed(audit, execution("SELECT 'again'"));
        audit.close();

        assertThat(sink.written()).contains(new LossRecord(Records.WHEN, 8));
        assertThat(sink.executions()).hasSize(4);
        assertThat(audit.dropped()).isEqualTo(8);
    }

    @Test
    void aLongTextTakesMoreRoom() throws Exception {
        Audit audit = audit(Audit.builder(sink).capacity(100));
        stall(audit);
        completed(audit, execution("SELECT '" + "x".repeat(1_000_000) + "'"));
        completed(audit, execution("SELECT 1"));

        assertThat(audit.dropped()).isEqualTo(1);
    }

    @Test
    void droppingAsksNobodyToWait() {
        Audit audit = audit(Audit.builder(sink));

        assertThat(audit.hook()).isNotInstanceOf(HookBundle.class).isNotInstanceOf(AdmitHook.class);
    }

    @Test
    void executionsWaitUntilThereIsRoomAgain() throws Exception {
        Audit audit = blocking(2);
        stall(audit);
        Execution second = execution("SELECT 2");
        assertThat(admit(audit, second)).isEqualTo(Verdict.proceed());
        Execution third = execution("SELECT 3");
        CompletableFuture<?> verdict = waits(admit(audit, third));
        completed(audit, second);
        assertThat(verdict).isNotDone();

        sink.goOn();
        assertThat(verdict.get(10, TimeUnit.SECONDS)).isEqualTo(Verdict.proceed());
        completed(audit, third);
        audit.close();

        assertThat(sink.executions()).hasSize(3);
        assertThat(audit.dropped()).isZero();
    }

    @Test
    void sessionsAndStatementsWaitToo() throws Exception {
        Audit audit = blocking(1);
        assertThat(stage(audit, AnswerHook.class).answer(execution("SELECT 1").statement()))
                .isEqualTo(Verdict.proceed());
        stall(audit);

        CompletableFuture<?> statement = waits(
                stage(audit, AnswerHook.class).answer(execution("SELECT 1").statement()));
        CompletableFuture<?> login = waits(gate(audit).connected(session, new Startup(List.of())));
        sink.goOn();

        assertThat(statement.get(10, TimeUnit.SECONDS)).isEqualTo(Verdict.proceed());
        assertThat(login.get(10, TimeUnit.SECONDS)).isEqualTo(Verdict.proceed());
    }

    @Test
    void openExecutionsDoNotWaitForEachOtherWhileNothingWaitsToBeWritten() {
        Audit audit = blocking(2);

        for (int i = 0; i < 10; i++) {
            assertThat(admit(audit, execution("SELECT " + i))).isEqualTo(Verdict.proceed());
        }
    }

    @Test
    void whoWaitsTooLongIsRefused() throws Exception {
        Audit audit =
                audit(Audit.builder(sink).capacity(1).whenFull(WhenFull.BLOCK).patience(Duration.ofMillis(20)));
        stall(audit);
        Execution late = execution("SELECT 2");

        Verdict<?> verdict = waits(admit(audit, late)).get(10, TimeUnit.SECONDS);

        assertThat(sqlState(verdict)).isEqualTo("53400");
        completed(audit, late);
        sink.goOn();
        audit.close();
        assertThat(sink.executions()).hasSize(2);
    }

    @Test
    void whoGivesUpTakesNoPlace() throws Exception {
        Audit audit = blocking(2);
        stall(audit);
        Execution second = execution("SELECT 2");
        admit(audit, second);
        Execution cancelled = execution("SELECT 3");
        CompletableFuture<?> verdict = waits(admit(audit, cancelled));
        completed(audit, cancelled); // as the session says it: first that it is over, then that nobody waits
        assertThat(verdict).isCancelled();
        completed(audit, second);
        sink.goOn();
        Await.until("all is written", () -> audit.waiting() == 0);

        assertNoPromiseIsLeft(audit);
        assertThat(sink.executions()).hasSize(3);
    }

    @Test
    void aPlaceThatWasPromisedWhileTheClientGaveUpIsUsed() throws Exception {
        Audit audit = blocking(2);
        stall(audit);
        Execution second = execution("SELECT 2");
        admit(audit, second);
        Execution cancelled = execution("SELECT 3");
        CompletableFuture<?> verdict = waits(admit(audit, cancelled));
        sink.goOn();
        verdict.get(10, TimeUnit.SECONDS);
        completed(audit, second);
        completed(audit, cancelled); // before the verdict was taken up
        Await.until("all is written", () -> audit.waiting() == 0);

        assertNoPromiseIsLeft(audit);
        assertThat(sink.executions()).hasSize(3);
    }

    /** Of two places one is taken: the other is free. */
    private void assertNoPromiseIsLeft(Audit audit) throws Exception {
        stall(audit);
        Execution last = execution("SELECT 'last'");
        assertThat(admit(audit, last)).isEqualTo(Verdict.proceed());
        completed(audit, last);
        sink.goOn();
        Await.until("all is written", () -> audit.waiting() == 0);
        sink.written().remove(sink.written().size() - 1);
        sink.written().remove(sink.written().size() - 1);
    }

    @Test
    void promisesOfASessionThatHasGoneAreGivenBack() throws Exception {
        Audit audit = blocking(2);
        admit(audit, execution("SELECT 'never told of'"));
        stage(audit, SessionHook.class).closed(session);

        assertNoPromiseIsLeft(audit);
    }

    @Test
    void whatWasRefusedBeforeItWasAdmittedIsKeptToo() throws Exception {
        Audit audit = blocking(1);
        stall(audit);

        for (int i = 0; i < 50; i++) {
            completed(audit, execution("SELECT " + i));
        }
        assertThat(session.isDropped()).isFalse();
        sink.goOn();
        audit.close();

        assertThat(sink.executions()).hasSize(51);
    }

    @Test
    void aSessionThatFillsTheMemoryWithRefusalsGoes() throws Exception {
        Audit audit = blocking(1);
        stall(audit);

        for (int i = 0; i < 101; i++) {
            completed(audit, execution("SELECT " + i));
        }

        assertThat(session.isDropped()).isTrue();
        sink.goOn();
        audit.close();
        assertThat(sink.executions()).hasSize(102);
    }

    @Test
    void whatABrokenSinkLosesIsCountedAndTold() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        List<AuditRecord> written = new CopyOnWriteArrayList<>();
        Audit audit = audit(Audit.builder(records -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("secret");
            }
            written.addAll(records);
        }));
        completed(audit, execution("SELECT 1"));
        Await.until("it has thrown", () -> audit.failures() == 1);
        completed(audit, execution("SELECT 2"));
        audit.close();

        assertThat(audit.dropped()).isEqualTo(1);
        assertThat(written).contains(new LossRecord(Records.WHEN, 1)).hasSize(2);
    }

    @Test
    void theThreadOutlivesWhatItCannotMakeARecordOf() throws Exception {
        Audit audit = blocking(10);
        Outcome broken = new Outcome(
                Outcome.Status.FAILED,
                Outcome.Source.UPSTREAM,
                new ArrayList<>(Collections.singletonList(null)),
                0,
                0,
                Duration.ZERO,
                Duration.ZERO,
                null,
                "");
        stage(audit, ObserveHook.class).completed(execution("SELECT 1"), broken);
        Await.until("it has failed", () -> audit.failures() == 1 && audit.waiting() == 0);
        completed(audit, execution("SELECT 2"));
        audit.close();

        assertThat(sink.written()).contains(new LossRecord(Records.WHEN, 1));
        assertThat(sink.executions()).hasSize(1);
    }

    @Test
    void whatCannotBeWrittenNowIsWrittenLater() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        List<AuditRecord> written = new CopyOnWriteArrayList<>();
        Audit audit = audit(Audit.builder(records -> {
            if (calls.getAndIncrement() == 0) {
                throw new IOException("no space left");
            }
            written.addAll(records);
        }));
        completed(audit, execution("SELECT 1"));
        Await.until("it has thrown", () -> audit.failures() == 1);
        audit.close();

        assertThat(audit.dropped()).isZero();
        assertThat(written).hasSize(1);
    }

    @Test
    void aSinkThatHangsIsNotWaitedForLongerThanSaid() throws Exception {
        Audit audit = audit(Audit.builder(sink).closeDeadline(Duration.ofMillis(20)));
        stall(audit);
        completed(audit, execution("SELECT 2"));

        audit.close();

        assertThat(sink.isClosed()).isTrue();
        assertThat(audit.dropped()).isEqualTo(2);
        assertThat(audit.waiting()).isZero();
    }

    @Test
    void behindItsEndNothingRunsUnseen() {
        Audit audit = blocking(10);
        audit.close();
        audit.close();

        assertThat(sqlState(admit(audit, execution("SELECT 1")))).isEqualTo("55000");
        completed(audit, execution("SELECT 1"));
        assertThat(audit.dropped()).isEqualTo(1);
    }

    @Test
    void whoWaitsWhenItEndsIsLetGo() throws Exception {
        Audit audit =
                audit(Audit.builder(sink).capacity(1).whenFull(WhenFull.BLOCK).closeDeadline(Duration.ofMillis(20)));
        stall(audit);
        CompletableFuture<? extends Verdict<?>> verdict = waits(admit(audit, execution("SELECT 1")));

        audit.close();

        assertThat(sqlState(verdict.get(0, TimeUnit.SECONDS))).isEqualTo("55000");
    }

    @Test
    void manyThreadsLoseNothing() throws Exception {
        Audit audit = blocking(8);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Given.GivenSession mine = new Given.GivenSession();
            Thread thread = new Thread(() -> runMany(audit, mine));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        audit.close();

        assertThat(sink.executions()).hasSize(8000);
        assertThat(audit.dropped()).isZero();
        assertThat(audit.waiting()).isZero();
    }

    private static void runMany(Audit audit, Given.GivenSession session) {
        for (int i = 0; i < 2000; i++) {
            Execution execution = Given.execution("SELECT 1", session);
            Verdict<Terms> verdict = admit(audit, execution);
            if (verdict instanceof Verdict.Deferred<Terms> deferred) {
                CompletableFuture<Verdict<Terms>> stage = deferred.stage().toCompletableFuture();
                try {
                    if (i % 3 == 0) {
                        stage.cancel(false);
                    }
                    stage.join();
                } catch (CancellationException e) {
                    assertThat(i % 3).isZero();
                }
            }
            completed(audit, execution);
        }
    }

    @Test
    void wrongOptionsAreRefused() {
        AuditBuilder options = Audit.builder(sink);

        assertThatIllegalArgumentException().isThrownBy(() -> options.capacity(0));
        assertThatIllegalArgumentException().isThrownBy(() -> options.patience(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> options.closeDeadline(Duration.ofSeconds(-1)));
    }
}
