namespace Leeway.RealTime;

/// <summary>Events of OpenAI Responses: the last one carries the whole response, usage included, and says by its name how it ended.</summary>
internal sealed class ResponseEvents(IProvider provider, string endpoint) : StreamEvents(provider, endpoint)
{
    private ReportedUsage? _usage;

    public override bool AreNamed => true;

    public override ReportedUsage? Usage => _usage;

    protected override EventFate Look(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref ProviderError? error)
    {
        if (name.SequenceEqual("response.completed"u8) || name.SequenceEqual("response.incomplete"u8) || name.SequenceEqual("response.failed"u8))
        {
            _usage = ReadUsage(data);
            IsComplete = IsDone = true;
        }
        else if (name.SequenceEqual("error"u8))
        {
            return Failed(data, ref error);
        }

        return EventFate.Relay;
    }
}
