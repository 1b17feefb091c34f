namespace Leeway.Adapters.Wire.Calls;

/// <summary>What goes up for one real-time call.</summary>
internal static class CallBody
{
    private static readonly byte[] s_flex = "\"service_tier\":\"flex\""u8.ToArray();
    private static readonly byte[] s_andFlex = ",\"service_tier\":\"flex\""u8.ToArray();

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
        if (call.OnFlexTier)
        {
            AskForFlex(edits, shape);
        }

        ByteRange tier = call.OnFlexTier ? default : shape.ServiceTierMember;
        edits.RemoveMembers(body, call.Buffered ? [shape.StreamMember, shape.StreamOptionsMember, tier, shape.BackgroundMember, .. LeewayMetadata.Find(body)] : LeewayMetadata.Find(body));

        HttpContent content = edits.IsEmpty ? new ReadOnlyMemoryContent(call.Body) : new SplicedContent(call.Body, edits);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return (content, usageIsOurs);
    }

    // In the place of what the body says, else behind its model, which is always there.
    private static void AskForFlex(BodyEdits edits, BodyShape shape)
    {
        if (shape.ServiceTierMember.Length > 0)
        {
            edits.Replace(shape.ServiceTierMember, s_flex);
        }
        else
        {
            edits.Replace(new ByteRange(shape.Model.End, 0), s_andFlex);
        }
    }
}
