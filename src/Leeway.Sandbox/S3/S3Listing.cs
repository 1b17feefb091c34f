using System.Globalization;
using System.Text;
using System.Xml;
using Leeway.Sandbox.Aws;

namespace Leeway.Sandbox.S3;

/// <summary>ListObjectsV2: keys in order, those behind a delimiter grouped, in pages of at most 1,000 of both.</summary>
internal static class S3Listing
{
    private const int MaxKeys = 1000;

    public static Task AnswerAsync(S3Call call)
    {
        var query = call.Request.Query;
        var prefix = query["prefix"].ToString();
        var delimiter = query["delimiter"].ToString();
        var max = MaxKeys;
        if (query.TryGetValue("max-keys", out var asked) && (!int.TryParse(asked, CultureInfo.InvariantCulture, out max) || max < 0))
        {
            return call.FailAsync(S3Errors.Invalid("Provided max-keys not an integer or within integer range"));
        }

        var token = query["continuation-token"].ToString();
        var after = query["start-after"].ToString();
        if (token.Length > 0)
        {
            try
            {
                after = Encoding.UTF8.GetString(Convert.FromBase64String(token));
            }
            catch (FormatException)
            {
                return call.FailAsync(S3Errors.Invalid("The continuation token provided is incorrect"));
            }
        }

        max = Math.Min(max, MaxKeys);
        var entries = Entries(call, prefix, delimiter, after).Take(max + 1).ToList();
        var isTruncated = entries.Count > max && max > 0;
        var page = entries.Take(max).ToList();
        var encoded = query["encoding-type"] == "url";
        string Text(string key) => encoded ? CanonicalRequest.Encode(key, keepSlash: true) : key;

        return call.Context.WriteXmlAsync("ListBucketResult", xml =>
        {
            xml.WriteElementString("Name", call.Bucket);
            xml.WriteElementString("Prefix", Text(prefix));
            xml.WriteElementString("KeyCount", page.Count.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("MaxKeys", max.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("IsTruncated", isTruncated ? "true" : "false");
            Optional(xml, "Delimiter", Text(delimiter));
            Optional(xml, "EncodingType", encoded ? "url" : "");
            Optional(xml, "ContinuationToken", token);
            Optional(xml, "StartAfter", Text(query["start-after"].ToString()));
            Optional(xml, "NextContinuationToken", isTruncated ? Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Name)) : "");
            foreach (var (_, found) in page.Where(entry => entry.Object is not null))
            {
                Write(xml, Text(found!.Key), found);
            }

            foreach (var (name, _) in page.Where(entry => entry.Object is null))
            {
                xml.WriteStartElement("CommonPrefixes");
                xml.WriteElementString("Prefix", Text(name));
                xml.WriteEndElement();
            }
        });
    }

    /// <summary>Objects, and names of groups without one; a group that the page before ended with does not come again.</summary>
    private static IEnumerable<(string Name, S3Object? Object)> Entries(S3Call call, string prefix, string delimiter, string after)
    {
        string? group = null;
        foreach (var found in call.Store.List(call.Bucket, prefix))
        {
            var end = delimiter.Length == 0 ? -1 : found.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            var name = end < 0 ? found.Key : found.Key[..(end + delimiter.Length)];
            if (name == group || Compare(name, after) <= 0)
            {
                continue;
            }

            group = end < 0 ? group : name;
            yield return (name, end < 0 ? found : null);
        }
    }

    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static void Write(XmlWriter xml, string key, S3Object found)
    {
        xml.WriteStartElement("Contents");
        xml.WriteElementString("Key", key);
        xml.WriteElementString("LastModified", AwsInstants.Iso(found.LastModified));
        xml.WriteElementString("ETag", found.ETag);
        xml.WriteElementString("Size", found.Content.Length.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("StorageClass", "STANDARD");
        xml.WriteEndElement();
    }

    private static void Optional(XmlWriter xml, string name, string value)
    {
        if (value.Length > 0)
        {
            xml.WriteElementString(name, value);
        }
    }
}
