namespace Leeway.Adapters.Wire.Calls;

/// <summary>What goes up for one real-time call.</summary>
internal static class CallBody
{
    /// <summary>The content, and whether we asked for usage on our own account.</summary>
    public static (HttpContent Content, bool UsageIsOurs) Create(ProviderCall call, Binding binding)
    {
        ReadOnlySpan<byte> body = call.Body.Span;
        ByteRange model = call.Shape.Model;
        var edits = new BodyEdits();
        if (model.Length > 0 && !body.Slice(model.Start, model.Length).SequenceEqual(binding.ModelToken))
        {
            edits.Replace(model, binding.ModelToken);
        }

        // The Responses API has no such option and tells usage anyway.
        bool usageIsOurs = call.Endpoint is "/v1/chat/completions" or "/v1/completions" && StreamUsage.TryAsk(edits, body, call.Shape);
        edits.RemoveMembers(body, LeewayMetadata.Find(body));

        HttpContent content = edits.IsEmpty ? new ReadOnlyMemoryContent(call.Body) : new SplicedContent(call.Body, edits);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return (content, usageIsOurs);
    }
}
