package interop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.utils.AttributeMap;

/** The two clients, with nothing set but that a certificate need not be known and that nothing is tried twice. */
final class Clients {
  private static final AttributeMap ANY_CERTIFICATE =
      AttributeMap.builder().put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true).build();

  private Clients() {}

  static KinesisClient sync() {
    return KinesisClient.builder()
        .httpClient(UrlConnectionHttpClient.builder().buildWithDefaults(ANY_CERTIFICATE))
        .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)))
        .build();
  }

  /** Over HTTP/2 for every call: with prior knowledge in plain text, by ALPN over TLS. */
  static KinesisAsyncClient async(boolean overTls) {
    var builder = KinesisAsyncClient.builder()
        .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)));
    if (!overTls) return builder.build();
    var defaults = AttributeMap.builder()
        .put(SdkHttpConfigurationOption.PROTOCOL, software.amazon.awssdk.http.Protocol.HTTP2)
        .build();
    return builder
        .httpClient(NettyNioAsyncHttpClient.builder().buildWithDefaults(ANY_CERTIFICATE.merge(defaults)))
        .build();
  }

  /** The asynchronous client seen as the other one: each call waits for its answer. */
  static KinesisClient waiting(KinesisAsyncClient client) {
    var seenAs = new Class<?>[] {KinesisClient.class};
    return (KinesisClient) Proxy.newProxyInstance(Clients.class.getClassLoader(), seenAs, (proxy, method, arguments) -> {
      try {
        var same = KinesisAsyncClient.class.getMethod(method.getName(), method.getParameterTypes());
        var answer = same.invoke(client, arguments);
        return answer instanceof CompletableFuture<?> future ? future.join() : answer;
      } catch (CompletionException | InvocationTargetException error) {
        throw error.getCause();
      }
    });
  }
}
