using System.Text;
using Leeway.Delivery;

namespace Leeway.Tests.Delivery;

public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks specification.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Stamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] _body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly DateTimeOffset _time = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_published_example_is_signed_as_published() => Assert.Equal(Signature, WebhookSignature.Sign(Secret, Id, _time, _body));

    [Fact]
    public void A_right_signature_is_accepted_among_others() =>
        Assert.True(WebhookSignature.Verify(Secret, Id, Stamp, $"v1a,AAAA v1,AAAA= {Signature} v2,x", _body, _time));

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void A_timestamp_counts_for_five_minutes_either_way(int seconds, bool accepted) =>
        Assert.Equal(accepted, WebhookSignature.Verify(Secret, Id, Stamp, Signature, _body, _time.AddSeconds(seconds)));

    [Theory]
    [InlineData("msg_other", Stamp, Signature)]
    [InlineData(Id, "1614265331", Signature)]
    [InlineData(Id, "9223372036854775807", Signature)]
    [InlineData(Id, "-1", Signature)]
    [InlineData(Id, "soon", Signature)]
    [InlineData(Id, Stamp, "")]
    [InlineData(Id, Stamp, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Id, Stamp, "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Id, Stamp, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1O")]
    [InlineData(Id, Stamp, "v1,")]
    public void What_was_not_signed_is_refused(string id, string timestamp, string signatures) =>
        Assert.False(WebhookSignature.Verify(Secret, id, timestamp, signatures, _body, _time));

    [Fact]
    public void Another_body_or_secret_is_refused()
    {
        Assert.False(WebhookSignature.Verify(Secret, Id, Stamp, Signature, "{}"u8, _time));
        Assert.False(WebhookSignature.Verify(WebhookSignature.NewSecret(new SeededRandomSource(1)), Id, Stamp, Signature, _body, _time));
    }

    [Fact]
    public void A_new_secret_is_32_random_bytes()
    {
        var random = new SeededRandomSource(1);
        string one = WebhookSignature.NewSecret(random);
        Assert.StartsWith("whsec_", one);
        Assert.Equal(32, Convert.FromBase64String(one["whsec_".Length..]).Length);
        Assert.NotEqual(one, WebhookSignature.NewSecret(random));
    }

    [Fact]
    public void A_secret_without_its_prefix_is_a_format_error() =>
        Assert.Throws<FormatException>(() => WebhookSignature.Sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Id, _time, _body));
}
