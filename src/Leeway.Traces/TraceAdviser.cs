using Leeway.Advisor;
using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;
using Leeway.Traces.Database;
using Leeway.Traces.Profiling;
using Leeway.Traces.Reading;

namespace Leeway.Traces;

/// <summary>From files to advice.</summary>
public static class TraceAdviser
{
    /// <summary>Reads the files, profiles them together, and advises.</summary>
    /// <exception cref="TraceException">They cannot be read.</exception>
    public static AdviceResult Advise(IReadOnlyList<string> files, TraceOptions options, ShareRange? deferrable, CancellationToken cancellationToken)
    {
        using var database = new TraceDatabase(options, cancellationToken);
        var intake = new TraceIntake(database, options);
        TraceSource source = intake.Read(files);
        TraceProfile profile = new ProfileReader(database, intake, options).Read();
        return Adviser.Advise(source, profile, new AdviceOptions { PricesAt = options.PricesAt, Deferrable = deferrable });
    }
}
