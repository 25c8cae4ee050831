//! Whom an encrypted connection trusts: the system's authorities, or those of a file that the user names.

use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::SetupError;

/// The client's side of TLS; `ca` is a PEM file of who is trusted, in place of the system's authorities.
pub(crate) fn client(ca: Option<&[u8]>) -> Result<Arc<rustls::ClientConfig>, SetupError> {
    let fail = |why: String| SetupError::Tls(why);
    let mut roots = rustls::RootCertStore::empty();
    match ca {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| fail("home.ca_file is no PEM file".into()))?;
                roots.add(certificate).map_err(|_| fail("home.ca_file has a certificate that is none".into()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(fail("there is none".into()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fail(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
