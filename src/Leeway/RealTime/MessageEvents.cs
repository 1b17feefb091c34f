namespace Leeway.RealTime;

/// <summary>
/// Events of Anthropic Messages. Input is counted at the start and output, with what input grew to, at the end; so the count is whole
/// only once the end was announced.
/// </summary>
internal sealed class MessageEvents(IProvider provider, string endpoint) : StreamEvents(provider, endpoint)
{
    private ReportedUsage _sofar;
    private bool _counted;

    public override bool AreNamed => true;

    public override ReportedUsage? Usage => _counted ? _sofar : null;

    protected override EventFate Look(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref ProviderError? error)
    {
        // The most frequent by far.
        if (name.SequenceEqual("content_block_delta"u8))
        {
            return EventFate.Relay;
        }

        if (name.SequenceEqual("message_start"u8))
        {
            Count(data);
        }
        else if (name.SequenceEqual("message_delta"u8))
        {
            _counted |= Count(data);
            IsComplete |= data.IndexOf("\"stop_reason\":\""u8) >= 0 || data.IndexOf("\"stop_reason\": \""u8) >= 0;
        }
        else if (name.SequenceEqual("message_stop"u8))
        {
            IsComplete = IsDone = true;
        }
        else if (name.SequenceEqual("error"u8))
        {
            return Failed(data, ref error);
        }

        return EventFate.Relay;
    }

    // Counts are cumulative, and a later event may leave out what did not change.
    private bool Count(ReadOnlySpan<byte> data)
    {
        if (ReadUsage(data) is not { } told)
        {
            return false;
        }

        _sofar = _sofar.With(told);
        return true;
    }
}
