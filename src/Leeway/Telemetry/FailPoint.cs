using System.Diagnostics;

namespace Leeway.Telemetry;

/// <summary>
/// Named places between two durable effects where crash tests kill the process, as a power cut would. Armed only by the environment
/// variable <c>LEEWAY_FAILPOINT</c> (<c>name</c> or <c>name:nth</c>), read once; otherwise a field read.
/// </summary>
public static class FailPoint
{
    private static readonly string? Armed;
    private static int s_remaining;

    static FailPoint()
    {
        string? spec = Environment.GetEnvironmentVariable("LEEWAY_FAILPOINT");
        if (string.IsNullOrEmpty(spec))
        {
            return;
        }

        int colon = spec.IndexOf(':', StringComparison.Ordinal);
        Armed = colon < 0 ? spec : spec[..colon];
        s_remaining = colon < 0 ? 1 : int.Parse(spec.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Every name in use; a test kills at each.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        AfterIntent, AfterUpload, AfterInputFileSaved, AfterCreate, AfterBatchIdSaved, AfterCollectBegun, BeforeResultsSaved,
        AfterResultsSaved, AfterCollected, BeforeDelivery, AfterDelivery, AfterContentSealed, AfterFileSaved,
        AfterLinesAccepted, AfterBatchFilesWritten, AfterMessageAccepted,
    ];

    /// <summary>The intent to submit is durable; nothing was sent.</summary>
    public const string AfterIntent = "after_intent";

    /// <summary>The input is at the provider; its id is not saved.</summary>
    public const string AfterUpload = "after_upload";

    /// <summary>The input's id is saved; create was not called.</summary>
    public const string AfterInputFileSaved = "after_input_file_saved";

    /// <summary>The job exists at the provider; its id is not saved.</summary>
    public const string AfterCreate = "after_create";

    /// <summary>The job's id is saved.</summary>
    public const string AfterBatchIdSaved = "after_batch_id_saved";

    /// <summary>The job's end is saved; no row was read.</summary>
    public const string AfterCollectBegun = "after_collect_begun";

    /// <summary>Rows were read; results and ledger entries are not saved.</summary>
    public const string BeforeResultsSaved = "before_results_saved";

    /// <summary>Some results and their entries are saved; the batch is not.</summary>
    public const string AfterResultsSaved = "after_results_saved";

    /// <summary>The batch is collected.</summary>
    public const string AfterCollected = "after_collected";

    /// <summary>A delivery is due; nothing was sent.</summary>
    public const string BeforeDelivery = "before_delivery";

    /// <summary>The endpoint took a delivery; that is not saved.</summary>
    public const string AfterDelivery = "after_delivery";

    /// <summary>A file's content is durable under its name; no row knows of it.</summary>
    public const string AfterContentSealed = "after_content_sealed";

    /// <summary>The file's row is durable; its owner was not told.</summary>
    public const string AfterFileSaved = "after_file_saved";

    /// <summary>Some lines of a client's batch are durable; others are not.</summary>
    public const string AfterLinesAccepted = "after_lines_accepted";

    /// <summary>The result files of a client's batch are durable; its end is not.</summary>
    public const string AfterBatchFilesWritten = "after_batch_files_written";

    /// <summary>The requests of a queue's message are durable; it is not acknowledged.</summary>
    public const string AfterMessageAccepted = "after_message_accepted";

    /// <summary>Dies here if armed.</summary>
    public static void Hit(string name)
    {
        if (Armed is not null && Armed == name && Interlocked.Decrement(ref s_remaining) == 0)
        {
            Process.GetCurrentProcess().Kill();
            SpinWait.SpinUntil(static () => false);
        }
    }
}
