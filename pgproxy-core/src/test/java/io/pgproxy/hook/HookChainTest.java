package io.pgproxy.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a chain is made of, and what it does not take. */
class HookChainTest {
    private static final AdmitHook ADMIT = execution -> Verdict.proceed();
    private static final AnswerHook ANSWER = statement -> Verdict.proceed();
    private static final RewriteHook REWRITE = statement -> Verdict.proceed();
    private static final ClassifyHook CLASSIFY = (statement, known) -> known;
    private static final TransformHook TRANSFORM = (statement, columns) -> RowTransform.NONE;
    private static final ObserveHook OBSERVE = (execution, outcome) -> {};
    private static final SessionHook SESSION = session -> Verdict.proceed();
    private static final CacheHook CACHE = execution -> Verdict.proceed();
    private static final RouteHook ROUTE = exchange -> Verdict.proceed();
    private static final Executor EXECUTOR = Runnable::run;

    private record Named() implements AdmitHook {
        @Override
        public Verdict<Terms> admit(Execution execution) {
            return Verdict.proceed();
        }
    }

    private static List<String> names(HookChain chain) {
        return chain.entries().stream().map(HookChain.Entry::name).toList();
    }

    @Test
    void aHookGoesByTheNameOfItsClassOrByOneThatIsGiven() {
        assertThat(names(HookChain.builder()
                        .hook("other", ADMIT)
                        .hook(new Named())
                        .build()))
                .containsExactly("other", "Named");
    }

    static Stream<QueryHook> nameless() {
        QueryHook anonymous = new AdmitHook() {
            @Override
            public Verdict<Terms> admit(Execution execution) {
                return Verdict.proceed();
            }
        };
        return Stream.of(ADMIT, anonymous, QueryHook.all(new Named()));
    }

    @ParameterizedTest
    @MethodSource("nameless")
    void whatHasNoNameNeedsOne(QueryHook hook) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookChain.builder().hook(hook))
                .withMessageContaining("needs a name");
    }

    @Test
    void aNameIsThereOnce() {
        HookChain.Builder builder = HookChain.builder().hook(new Named());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.hook("Named", ADMIT))
                .withMessageContaining("Named");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.hook("", ADMIT));
    }

    @Test
    void oneHookIsExchangedInItsPlaceAndTheChainStays() {
        HookOptions open = HookOptions.DEFAULT.failingOpen();
        HookChain chain = HookChain.builder()
                .hook("first", ADMIT, open)
                .hook("last", ADMIT)
                .build();

        HookChain other = chain.replace("first", ROUTE);

        assertThat(names(other)).containsExactly("first", "last");
        assertThat(other.entries().get(0)).isEqualTo(new HookChain.Entry("first", ROUTE, open));
        assertThat(chain.entries().get(0).hook()).isSameAs(ADMIT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chain.replace("none", ADMIT))
                .withMessageContaining("none");
        assertThatIllegalArgumentException().isThrownBy(() -> chain.replace("first", ANSWER));
    }

    static Stream<QueryHook> neverOpen() {
        return Stream.of(ANSWER, REWRITE, TRANSFORM, QueryHook.all(ADMIT, QueryHook.all(REWRITE)));
    }

    @ParameterizedTest
    @MethodSource("neverOpen")
    void whoAnswersRewritesOrTransformsCannotFailOpen(QueryHook hook) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookChain.builder().hook("open", hook, HookOptions.DEFAULT.failingOpen()))
                .withMessageContaining("open");
    }

    static Stream<QueryHook> neverElsewhere() {
        return Stream.of(CLASSIFY, TRANSFORM, OBSERVE, QueryHook.all(ADMIT, QueryHook.all(OBSERVE)));
    }

    @ParameterizedTest
    @MethodSource("neverElsewhere")
    void whoClassifiesTransformsOrObservesCannotBlock(QueryHook hook) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookChain.builder().hook("blocking", hook, HookOptions.DEFAULT.on(EXECUTOR)))
                .withMessageContaining("blocking");
    }

    @Test
    void allOthersMay() {
        HookOptions open = HookOptions.DEFAULT.failingOpen();
        HookOptions blocking = HookOptions.DEFAULT.on(EXECUTOR);

        HookChain chain = HookChain.builder()
                .hook("open", QueryHook.all(SESSION, CLASSIFY, ADMIT, CACHE, ROUTE, OBSERVE), open)
                .hook("blocking", QueryHook.all(SESSION, ANSWER, REWRITE, ADMIT, CACHE, ROUTE), blocking)
                .build();

        assertThat(names(chain)).containsExactly("open", "blocking");
    }
}
