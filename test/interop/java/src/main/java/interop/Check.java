package interop;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/** What a scenario says about answers. */
final class Check {
  private Check() {}

  static void that(boolean holds, Object shown) {
    if (!holds) throw new AssertionError(shown);
  }

  static void equal(Object actual, Object wanted) {
    that(Objects.equals(actual, wanted), "got " + actual + ", wanted " + wanted);
  }

  static <T extends Comparable<T>> List<T> sorted(List<T> values) {
    return values.stream().sorted().toList();
  }

  /** The call is refused with exactly this class, a status and a request id. */
  static void refused(Class<? extends KinesisException> kind, Supplier<?> call) {
    try {
      call.get();
    } catch (KinesisException error) {
      equal(error.getClass(), kind);
      equal(error.statusCode(), 400);
      that(error.requestId() != null && !error.awsErrorDetails().errorMessage().isEmpty(), error);
      return;
    }
    throw new AssertionError("not refused, though " + kind.getSimpleName() + " was due");
  }
}
