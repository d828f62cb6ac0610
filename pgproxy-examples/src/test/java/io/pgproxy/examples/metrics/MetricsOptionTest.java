package io.pgproxy.examples.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.examples.cli.HostPort;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class MetricsOptionTest {
    private final MetricsOption.Address address = new MetricsOption.Address();

    @Test
    void aPortAloneIsForThisMachineAlone() {
        assertThat(address.convert("9464")).isEqualTo(new HostPort("127.0.0.1", 9464));
        assertThat(address.convert("0.0.0.0:9464")).isEqualTo(new HostPort("0.0.0.0", 9464));
        assertThatThrownBy(() -> address.convert("99999"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("no address to listen on");
    }
}
