package io.pgproxy.testkit.leak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.pgproxy.testkit.SlimJvm;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakCheckTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void whoCleansUpLeavesNothing() throws Exception {
        LeakCheck check = LeakCheck.begin(SHORT);
        ByteBufAllocator.DEFAULT.buffer(100).release();
        Thread thread = new Thread(() -> {});
        thread.start();
        thread.join();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(client.getLocalPort()).isEqualTo(accepted.getPort());
        }
        assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "pooled", "unpooled"})
    void aBufferThatNobodyReleasesIsFoundWithItsPlace(String allocator) {
        LeakCheck check = LeakCheck.begin(SHORT);
        forget(
                switch (allocator) {
                    case "pooled" -> PooledByteBufAllocator.DEFAULT;
                    case "unpooled" -> UnpooledByteBufAllocator.DEFAULT;
                    default -> ByteBufAllocator.DEFAULT;
                },
                allocator);
        assertThatThrownBy(check::assertNothingLeft)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ByteBuf was not released")
                .hasMessageContaining("forgotten by " + allocator)
                .hasMessageContaining("LeakCheckTest.forget");
        assertThatCode(LeakCheck.begin(SHORT)::assertNothingLeft)
                .as("a leak is told once")
                .doesNotThrowAnyException();
    }

    @Test
    void oneForgottenAmongManyIsFound() {
        LeakCheck check = LeakCheck.begin(SHORT);
        for (int i = 0; i < 1000; i++) {
            ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(16);
            if (i == 500) {
                buffer.touch("the one of " + i);
            } else {
                buffer.release();
            }
        }
        assertThatThrownBy(check::assertNothingLeft).hasMessageContaining("the one of 500");
    }

    @Test
    void aBufferStillReferredToIsNotLeaked() {
        LeakCheck check = LeakCheck.begin(SHORT);
        ByteBuf held = ByteBufAllocator.DEFAULT.directBuffer(16);
        assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
        assertThat(held.release()).isTrue();
    }

    @Test
    void aThreadThatDoesNotEndIsFoundWithItsStack() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        LeakCheck check = LeakCheck.begin(SHORT);
        LeakCheck generous = LeakCheck.begin(SHORT, "never-");
        Thread thread = new Thread(() -> awaitQuietly(end), "never-ending");
        thread.start();
        try {
            assertThatThrownBy(check::assertNothingLeft)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("thread \"never-ending\" still runs")
                    .hasMessageContaining("LeakCheckTest.awaitQuietly");
            assertThatCode(generous::assertNothingLeft).doesNotThrowAnyException();
        } finally {
            end.countDown();
            thread.join();
        }
    }

    @Test
    void aThreadMayTakeAMomentToEnd() throws Exception {
        LeakCheck check = LeakCheck.begin(Duration.ofSeconds(10));
        CyclicBarrier running = new CyclicBarrier(2);
        CountDownLatch never = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            awaitQuietly(running);
            awaitQuietly(never, 30);
        });
        thread.start();
        running.await();
        assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anOpenSocketIsFoundWithItsPorts() throws Exception {
        LeakCheck check = LeakCheck.begin(SHORT);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                SocketChannel unconnected = SocketChannel.open()) {
            assertThat(unconnected.isConnected()).isFalse();
            assertThatThrownBy(check::assertNothingLeft)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("from port " + server.getLocalPort() + " to port 0, listening")
                    .hasMessageContaining(
                            "from port " + client.getLocalPort() + " to port " + client.getPort() + ", established")
                    .hasMessageContaining("not connected");
        }
        assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
    }

    @Test
    void withoutNettyThereAreNoBuffersToCheck() throws Exception {
        Process jvm = SlimJvm.start(WithoutNetty.class);
        assertThat(new String(jvm.getInputStream().readAllBytes(), UTF_8))
                .contains("buffers: Netty is not on the class path");
        assertThat(jvm.waitFor()).isZero();
    }

    @Test
    void whatOutlivesItsTestByIntentDoesNotCount() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        LeakCheck check = LeakCheck.begin(SHORT);
        Thread thread = LeakCheck.outliving(() -> {
            Thread started = new Thread(() -> awaitQuietly(end));
            started.start();
            return started;
        });
        ServerSocket server = LeakCheck.outliving(() -> new ServerSocket(0));
        try {
            assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
        } finally {
            server.close();
            end.countDown();
            thread.join();
        }
    }

    private static void forget(ByteBufAllocator allocator, String by) {
        allocator.directBuffer(16).touch("forgotten by " + by);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        awaitQuietly(latch, 10_000);
    }

    private static void awaitQuietly(CountDownLatch latch, long millis) {
        try {
            assertThat(latch.await(millis, TimeUnit.MILLISECONDS)).isIn(true, false);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
