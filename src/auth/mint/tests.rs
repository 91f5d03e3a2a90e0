use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, UnparsedPublicKey, VerificationAlgorithm,
};

use super::*;

/// Against a signature made by openssl.
#[test]
fn a_token_is_signed_as_the_rfc_has_it() {
    let header = Json::parse(r#"{"alg":"HS256"}"#).unwrap();
    let claims = Json::parse(r#"{"sub":"qa"}"#).unwrap();
    let key = SigningKey::read(Algorithm::Hs256, &Secret::new("secret")).unwrap();
    // Made by `openssl dgst -sha256 -hmac secret -binary`, then base64url.
    assert_eq!(
        mint(&header, &claims, &key),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJxYSJ9.FIKyxRL8Udk9NlWNplT3LplE93R08YB-vEx0hjc_yJc"
    );
}

#[test]
fn every_signature_is_good_for_its_public_key() {
    let rows: [(Algorithm, &rcgen::SignatureAlgorithm, &dyn VerificationAlgorithm); 3] = [
        (Algorithm::Es256, &PKCS_ECDSA_P256_SHA256, &ECDSA_P256_SHA256_FIXED),
        (Algorithm::Es384, &PKCS_ECDSA_P384_SHA384, &ECDSA_P384_SHA384_FIXED),
        (Algorithm::EdDsa, &PKCS_ED25519, &ED25519),
    ];
    for (algorithm, kind, verification) in rows {
        let pair = KeyPair::generate_for(kind).unwrap();
        let key = SigningKey::read(algorithm, &Secret::new(pair.serialize_pem())).unwrap();
        let token = mint(&Json::Object(Vec::new()), &Json::Object(Vec::new()), &key);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(verification, pair.public_key_raw());
        public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    }
}

#[test]
fn rsa_keys_are_read_in_both_forms() {
    for (name, pem) in [("PRIVATE KEY", RSA_PKCS8), ("RSA PRIVATE KEY", RSA_PKCS1)] {
        assert!(pem.contains(name));
        for (algorithm, verification) in [
            (Algorithm::Rs256, &ring::signature::RSA_PKCS1_2048_8192_SHA256),
            (Algorithm::Ps256, &ring::signature::RSA_PSS_2048_8192_SHA256),
        ] {
            let key = SigningKey::read(algorithm, &Secret::new(pem.replace('\n', "\\n"))).unwrap();
            let token = mint(&Json::Object(Vec::new()), &Json::Object(Vec::new()), &key);
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let SigningKey::Rsa(pair, _) = &key else { panic!("rsa") };
            let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
            public.verify(verification, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        }
    }
}

#[test]
fn a_text_that_is_no_key_says_what_is_needed() {
    let p256 = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
    let sec1 = p256.replace("PRIVATE KEY", "EC PRIVATE KEY");
    let locked = p256.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let rows = [
        (Algorithm::Rs256, "hunter2", "it holds no private key in PEM"),
        (
            Algorithm::Rs256,
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "it holds no private key in PEM",
        ),
        (
            Algorithm::Es256,
            "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
            "it holds no private key in PEM",
        ),
        (Algorithm::Es256, &sec1, "a key in the form `EC PRIVATE KEY` cannot be read"),
        (Algorithm::Es256, &locked, "the private key is locked by a password"),
        (Algorithm::Es384, &p256, "the private key does not fit the algorithm: WrongAlgorithm"),
        (Algorithm::EdDsa, &p256, "the private key does not fit the algorithm: WrongAlgorithm"),
        (Algorithm::Ps256, &p256, "the private key does not fit the algorithm: WrongAlgorithm"),
    ];
    for (algorithm, text, message) in rows {
        assert_eq!(SigningKey::read(algorithm, &Secret::new(text)).unwrap_err().message, message);
    }
}

/// A key made for these tests alone, in PKCS #8.
const RSA_PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDf38nARtb4gMLZ
AH7la8TQBZU9XPYrUb4FrjRiitNJiJnk69pUgXlzRrngX79jOLh4cWDVfiEJnej4
pDA6ZUqJ6O2YtVOdweZiBowXaiFdA1e2UyIoBl/G3O1cl4qpucMITTalZV3p5yeE
oOCeIrMpDOkGWbJegNu/37BuNK16CmQw4CHP4LzbkIM5ITT1pTblPrOFE/29OnKq
kqAN4Nvdi6ZnE/sauCLp6BXbEzxn3+bGrjDxCPvE8rb03myvrs9Nw4XaOYz93fpV
M++8qhbEX0lNybsQ5hsbrK3m1TPL8U2V1y3D2YYhGpxmwxHHKfbC6o+x02X/IxuF
9PawaJHvAgMBAAECggEATc9AFd4JNVG7ZySu9hogy5RFLJC01pWQj/TeLCnICdS6
eEApIBnoFlLMo9ljcZ7zLplpaIpv/SGvKUwXnxQ5dflJKzxKlZgg9I0F/9VZRzS0
NaBrTLH6c+mxbe8VuKvhx27ewVmb7IH00DoCF7RDxM7B5v0h64qp1eRvM76HVNTF
NKFXqs2DFPDuw6tzTtVOSiceotqJKRKTiLei5dOoHoZGTFI3eiTm/Po/emxFm8Iq
cSoR7AR9oAMO4i4HYj3ai24hZG5q0B7zx9LDtBCP//wFAOuGal2CWCBd0XAYyBWl
KQBgwHsynQuUrfWAcHxZ3lCwr9L7ong2GyZXNwHrcQKBgQD5Xs1O/undoOjdPYRS
dqzXRDBPYFTnbkNPMTJf1XjatV5zKSSnr2DH7KJvhTMQGbxBweqCIrKGRokFj9q+
Nq8hNc7TcF+j0BCKZos9uaRALJfFIEllDN2UC4c+5qGssga2slRRHkKPhjmfiOws
ZxA7ZnKxnoJOAhA7/1h/b227PQKBgQDl03YDyzggXWIJsA/7k/rmoxX61dBIU3bC
yE4SFFK395M3wNcHkzZvZotZLxquuKRIcKE2TScrbHfGx5HE0ATdFI3aA1q9YtSQ
VinKdVeRIVfs3nDbMrh532gDeBOVky3xBH3I4REM8fpvjbn2aeoY7c24tiZekzoz
7+/xw+xEmwKBgQDd1VPWfjYVDluY1Gyt3xyKswI22n8tEY2XGTCyx/gmt0k6MNOG
yCDUONGXW2q9W+d4p8Sx16PwhzbFV99DbuoEJRXESicKVsEgHXCojEhtPj4VAk/I
MNW8KTU643fXZNdMFv+i2cRkYQdJwEg4h8aM0Ooez98i/frrJI/ZbYq0EQKBgQCF
nPOObxYZUtENWstf8n86mPPNWYL2mXeA9FzXC/OvOoLfNgCNSduq1k4LMmRr0bLI
3poK7L3p8+yKpzmq11kMgseZSLv3QL7djwpKxv96w4zPi97GwO0ZBXX+FlAkdGWQ
KpFKOPbltMRpGFdV1+ueRJqGWXdjImsDCOpRfxscIwKBgQCf738q4d8MMhnVlniI
wCiXHJItDLAtHBd30k8iq3J7SDDHSfrq2tCftq03vbh1FpuAejY3Rk02e0IBO4SS
KoBs3FWRA2PpWU8Dx6xoGpB4UcKr93YoNe8F2k17Y6naf8Gosd9ZrMobb3ZiNr+O
jKMq3qldibdAuVTIzchJ70vlQg==
-----END PRIVATE KEY-----";

/// The same in PKCS #1.
const RSA_PKCS1: &str = "-----BEGIN RSA PRIVATE KEY-----
MIIEpQIBAAKCAQEA39/JwEbW+IDC2QB+5WvE0AWVPVz2K1G+Ba40YorTSYiZ5Ova
VIF5c0a54F+/Yzi4eHFg1X4hCZ3o+KQwOmVKiejtmLVTncHmYgaMF2ohXQNXtlMi
KAZfxtztXJeKqbnDCE02pWVd6ecnhKDgniKzKQzpBlmyXoDbv9+wbjStegpkMOAh
z+C825CDOSE09aU25T6zhRP9vTpyqpKgDeDb3YumZxP7Grgi6egV2xM8Z9/mxq4w
8Qj7xPK29N5sr67PTcOF2jmM/d36VTPvvKoWxF9JTcm7EOYbG6yt5tUzy/FNldct
w9mGIRqcZsMRxyn2wuqPsdNl/yMbhfT2sGiR7wIDAQABAoIBAE3PQBXeCTVRu2ck
rvYaIMuURSyQtNaVkI/03iwpyAnUunhAKSAZ6BZSzKPZY3Ge8y6ZaWiKb/0hrylM
F58UOXX5SSs8SpWYIPSNBf/VWUc0tDWga0yx+nPpsW3vFbir4cdu3sFZm+yB9NA6
Ahe0Q8TOweb9IeuKqdXkbzO+h1TUxTShV6rNgxTw7sOrc07VTkonHqLaiSkSk4i3
ouXTqB6GRkxSN3ok5vz6P3psRZvCKnEqEewEfaADDuIuB2I92otuIWRuatAe88fS
w7QQj//8BQDrhmpdglggXdFwGMgVpSkAYMB7Mp0LlK31gHB8Wd5QsK/S+6J4Nhsm
VzcB63ECgYEA+V7NTv7p3aDo3T2EUnas10QwT2BU525DTzEyX9V42rVecykkp69g
x+yib4UzEBm8QcHqgiKyhkaJBY/avjavITXO03Bfo9AQimaLPbmkQCyXxSBJZQzd
lAuHPuahrLIGtrJUUR5Cj4Y5n4jsLGcQO2ZysZ6CTgIQO/9Yf29tuz0CgYEA5dN2
A8s4IF1iCbAP+5P65qMV+tXQSFN2wshOEhRSt/eTN8DXB5M2b2aLWS8arrikSHCh
Nk0nK2x3xseRxNAE3RSN2gNavWLUkFYpynVXkSFX7N5w2zK4ed9oA3gTlZMt8QR9
yOERDPH6b4259mnqGO3NuLYmXpM6M+/v8cPsRJsCgYEA3dVT1n42FQ5bmNRsrd8c
irMCNtp/LRGNlxkwssf4JrdJOjDThsgg1DjRl1tqvVvneKfEsdej8Ic2xVffQ27q
BCUVxEonClbBIB1wqIxIbT4+FQJPyDDVvCk1OuN312TXTBb/otnEZGEHScBIOIfG
jNDqHs/fIv366ySP2W2KtBECgYEAhZzzjm8WGVLRDVrLX/J/OpjzzVmC9pl3gPRc
1wvzrzqC3zYAjUnbqtZOCzJka9GyyN6aCuy96fPsiqc5qtdZDILHmUi790C+3Y8K
Ssb/esOMz4vexsDtGQV1/hZQJHRlkCqRSjj25bTEaRhXVdfrnkSahll3YyJrAwjq
UX8bHCMCgYEAn+9/KuHfDDIZ1ZZ4iMAolxySLQywLRwXd9JPIqtye0gwx0n66trQ
n7atN724dRabgHo2N0ZNNntCATuEkiqAbNxVkQNj6VlPA8esaBqQeFHCq/d2KDXv
BdpNe2Op2n/BqLHfWazKG292Yja/joyjKt6pXYm3QLlUyM3ISe9L5UI=
-----END RSA PRIVATE KEY-----";
