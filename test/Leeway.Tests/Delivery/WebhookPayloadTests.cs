using System.Text;
using Leeway.Delivery;

namespace Leeway.Tests.Delivery;

public sealed class WebhookPayloadTests
{
    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(DeliveryEvents.BatchCompleted, "batch_00000000000070008000000000000001")]
    [InlineData(DeliveryEvents.ResponseFailed, "resp_00000000000070008000000000000001")]
    public void Batches_and_responses_are_told_as_OpenAI_tells_them(string name, string subject)
    {
        byte[] body = WebhookPayload.Write(new DeliveryRecord
        {
            Id = new DeliveryId(Guid.Parse("01957000-0000-7000-8000-0000000000ab")),
            Event = name,
            Subject = subject,
            Target = "whk_x",
            OccurredAt = s_at,
            State = DeliveryState.Retrying,
        });

        Assert.Equal(
            $$$"""{"id":"evt_019570000000700080000000000000ab","object":"event","created_at":1772366400,"type":"{{{name}}}","data":{"id":"{{{subject}}}"}}""",
            Encoding.UTF8.GetString(body));
    }
}
