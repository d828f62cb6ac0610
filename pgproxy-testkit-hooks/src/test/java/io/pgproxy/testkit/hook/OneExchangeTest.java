package io.pgproxy.testkit.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.StatementKind;
import org.junit.jupiter.api.Test;

class OneExchangeTest {
    private static final Attribute<String> TENANT = Attribute.named("tenant");

    @Test
    void aHookIsAskedAboutIt() {
        AdmitHook noDelete = execution -> execution.statement().facts().kind() == StatementKind.DELETE
                ? Verdict.reject("42501", "nothing is deleted here")
                : Verdict.proceed();
        OneSession session = new OneSession();

        assertThat(noDelete.admit(OneExchange.of(session, "DELETE FROM orders")))
                .isEqualTo(Verdict.reject("42501", "nothing is deleted here"));
        assertThat(noDelete.admit(OneExchange.of(session, "SELECT 1"))).isEqualTo(Verdict.proceed());
    }

    @Test
    void itIsTheExchangeTheExecutionAndTheStatement() {
        OneExchange one = OneExchange.of(new OneSession(), "SELECT id FROM orders");

        assertThat(one.complete()).isTrue();
        assertThat(one.readsOnly()).isTrue();
        assertThat(one.executions()).singleElement().isSameAs(one);
        assertThat(one.statements()).singleElement().isSameAs(one.statement());
        assertThat(one.exchange()).isSameAs(one);
        assertThat(one.toString()).doesNotContain("orders");
        assertThat(OneExchange.of(new OneSession(), "DELETE FROM orders").readsOnly())
                .isFalse();
    }

    @Test
    void itsSessionKeepsAttributes() {
        OneSession session = new OneSession();
        assertThat(session.get(TENANT)).isNull();
        assertThatThrownBy(() -> session.require(TENANT)).isInstanceOf(IllegalStateException.class);

        session.set(TENANT, "acme");

        assertThat(session.require(TENANT)).isEqualTo("acme");
        assertThat(OneExchange.of(session, "SELECT 1").session().get(TENANT)).isEqualTo("acme");
    }
}
