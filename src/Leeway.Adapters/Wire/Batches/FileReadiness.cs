using System.Text.Json;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>
/// Waits until a vendor has processed an uploaded file. It comes before the create, so that no failure of it leaves a job behind: whatever
/// goes wrong is told as a kind after which nothing is looked for.
/// </summary>
internal sealed class FileReadiness(TimeProvider clock)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    // Longer holds up other batches; the submitter comes back by itself.
    private const int MostLooks = 30;

    private readonly JsonCalls _calls = new(clock);

    /// <summary>Returns once the file may be named.</summary>
    /// <exception cref="ProviderException">The file is refused, gone, or still not ready after half a minute.</exception>
    public async Task WaitAsync(Binding binding, string path, CancellationToken cancellationToken)
    {
        for (int look = 0; look < MostLooks; look++)
        {
            if (look > 0)
            {
                await Task.Delay(s_between, clock, cancellationToken);
            }

            switch ((await StatusAsync(binding, path, cancellationToken))?.ToLowerInvariant())
            {
                case null or "processed" or "uploaded":
                    return;
                case "error" or "failed" or "deleted" or "deleting":
                    throw Refused(binding, ProviderErrorKind.InvalidRequest, "could not process the batch's input file");
            }
        }

        throw Refused(binding, ProviderErrorKind.Overloaded, "is still processing the batch's input file");
    }

    private async Task<string?> StatusAsync(Binding binding, string path, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument file = await _calls.SendAsync(binding, HttpMethod.Get, path, null, cancellationToken);
            return file.RootElement.Text("status");
        }
        catch (ProviderException e) when (e.Error.Kind == ProviderErrorKind.NotFound)
        {
            throw Refused(binding, ProviderErrorKind.InvalidRequest, "no longer has the batch's input file", e);
        }
        catch (ProviderException e) when (e.Error.MayHaveCharged || e.Error.Kind == ProviderErrorKind.ServerError)
        {
            throw new ProviderException(e.Error with { Kind = ProviderErrorKind.Overloaded }, e);
        }
    }

    private static ProviderException Refused(Binding binding, ProviderErrorKind kind, string what, Exception? inner = null) =>
        new(new ProviderError(kind, $"Deployment '{binding.Deployment.Id}' {what}."), inner);
}
