namespace Leeway.Adapters.Wire.Calls;

/// <summary>What goes up for one real-time call.</summary>
internal static class CallBody
{
    /// <summary>The content, and whether we asked for usage on our own account.</summary>
    public static (HttpContent Content, bool UsageIsOurs) Create(ProviderCall call, Binding binding)
    {
        ReadOnlySpan<byte> body = call.Body.Span;
        BodyShape shape = call.Shape ?? (OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out _, JsonText.MaxDepth) ? scan.Shape : default);
        ByteRange model = shape.Model;
        var edits = new BodyEdits();
        if (model.Length > 0 && !body.Slice(model.Start, model.Length).SequenceEqual(binding.ModelToken))
        {
            edits.Replace(model, binding.ModelToken);
        }

        // The Responses API has no such option and tells usage anyway.
        bool usageIsOurs = !call.Buffered && binding.Deployment.AsksStreamUsage && (call.Endpoint is "/v1/chat/completions" or "/v1/completions") && StreamUsage.TryAsk(edits, body, shape);
        edits.RemoveMembers(body, call.Buffered ? [shape.StreamMember, shape.StreamOptionsMember, shape.ServiceTierMember, shape.BackgroundMember, .. LeewayMetadata.Find(body)] : LeewayMetadata.Find(body));

        HttpContent content = edits.IsEmpty ? new ReadOnlyMemoryContent(call.Body) : new SplicedContent(call.Body, edits);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return (content, usageIsOurs);
    }
}
