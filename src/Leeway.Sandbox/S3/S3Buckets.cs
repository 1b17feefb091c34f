using System.Text.RegularExpressions;
using Leeway.Sandbox.Aws;

namespace Leeway.Sandbox.S3;

/// <summary>Buckets: list, create, head, delete, region.</summary>
internal static partial class S3Buckets
{
    public static Task ListAsync(S3Call call) => call.Context.WriteXmlAsync("ListAllMyBucketsResult", xml =>
    {
        xml.WriteStartElement("Buckets");
        foreach (var bucket in call.Store.Buckets())
        {
            xml.WriteStartElement("Bucket");
            xml.WriteElementString("Name", bucket);
            xml.WriteElementString("CreationDate", AwsInstants.Iso(DateTimeOffset.UnixEpoch));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    });

    /// <summary>One that exists is the caller's own already.</summary>
    public static Task CreateAsync(S3Call call)
    {
        if (!Name().IsMatch(call.Bucket))
        {
            return call.FailAsync(AwsErrors.Of(400, "InvalidBucketName", "The specified bucket is not valid.", ("BucketName", call.Bucket)));
        }

        if (call.Store.HasBucket(call.Bucket))
        {
            return call.FailAsync(AwsErrors.Of(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", ("BucketName", call.Bucket)));
        }

        call.Store.AddBucket(call.Bucket);
        call.Response.Headers.Location = "/" + call.Bucket;
        return Task.CompletedTask;
    }

    public static Task HeadAsync(S3Call call)
    {
        call.Response.Headers["x-amz-bucket-region"] = call.Signature.Region;
        return Task.CompletedTask;
    }

    public static Task DeleteAsync(S3Call call) => call.Store.RemoveBucket(call.Bucket)
        ? call.NoContentAsync()
        : call.FailAsync(AwsErrors.Of(409, "BucketNotEmpty", "The bucket you tried to delete is not empty", ("BucketName", call.Bucket)));

    /// <summary>A bucket is in the region it is asked from; us-east-1 has no name here.</summary>
    public static Task LocateAsync(S3Call call) => call.Context.WriteXmlAsync("LocationConstraint", xml => xml.WriteString(call.Signature.Region == "us-east-1" ? "" : call.Signature.Region));

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex Name();
}
